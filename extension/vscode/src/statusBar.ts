/** The entry in the status bar. A click opens the menu. */

import { hostname } from 'node:os';

import * as vscode from 'vscode';

import type { Downloads } from './downloads.ts';
import type { Status } from './protocol.ts';
import {
  expertInFocus,
  type Moment,
  type ServerState,
  statusLine,
  tooltipLines,
} from './pure/words.ts';
import type { Server } from './server/server.ts';
import type { Suggestions } from './suggestions.ts';

/** An engine that is being started or restarted is up by then. */
export const ENGINE_PATIENCE_MS = 8_000;

export class StatusBar implements vscode.Disposable {
  private readonly item = vscode.window.createStatusBarItem(
    'hotseat.status',
    vscode.StatusBarAlignment.Right,
    100,
  );
  private readonly suggestions: Suggestions;
  private readonly listeners: vscode.Disposable[];
  private server: ServerState = 'off';
  private status: Status | undefined;
  private cameAtMs = 0;
  private nBusy = 0;
  private everySecond: NodeJS.Timeout | undefined;
  /** Since when there has been no engine. */
  private engineAwaySinceMs = Date.now();
  private readonly downloads: Downloads;

  constructor(server: Server, suggestions: Suggestions, downloads: Downloads) {
    this.suggestions = suggestions;
    this.downloads = downloads;
    this.item.name = 'Hotseat';
    this.item.command = 'hotseat.menu';
    this.listeners = [
      server.onState((state) => {
        this.server = state;
        if (state !== 'running') {
          this.status = undefined;
        } else {
          this.engineAwaySinceMs = Date.now();
        }
        this.draw();
      }),
      server.onStatus((status) => {
        if (status.engine.up || this.status?.engine.up) {
          this.engineAwaySinceMs = Date.now();
        }
        this.status = status;
        this.cameAtMs = Date.now();
        this.draw();
      }),
      suggestions.onChange(() => this.draw()),
      downloads.onChange(() => this.draw()),
      vscode.window.onDidChangeActiveTextEditor(() => this.draw()),
    ];
    this.draw();
    this.item.show();
  }

  dispose(): void {
    clearInterval(this.everySecond);
    this.listeners.forEach((listener) => listener.dispose());
    this.item.dispose();
  }

  /** Shows that the user waits for `work`. */
  async during<T>(work: Thenable<T>): Promise<T> {
    this.nBusy += 1;
    this.draw();
    try {
      return await work;
    } finally {
      this.nBusy -= 1;
      this.draw();
    }
  }

  private draw(): void {
    const moment: Moment = {
      server: this.server,
      status: this.status,
      ageSeconds: (Date.now() - this.cameAtMs) / 1000,
      busy: this.nBusy > 0,
      engineStarts: Date.now() - this.engineAwaySinceMs < ENGINE_PATIENCE_MS,
      download: this.downloads.progress,
      quiet: this.suggestions.quietReason(vscode.window.activeTextEditor?.document.languageId),
    };
    const line = statusLine(moment);
    this.item.text = line.text;
    this.item.accessibilityInformation = { label: `Hotseat: ${line.spoken}`, role: 'button' };
    const tooltip = new vscode.MarkdownString();
    tooltip.appendText(tooltipLines(moment, host()).join('\n'));
    this.item.tooltip = tooltip;
    this.item.backgroundColor =
      line.severity === 'normal'
        ? undefined
        : new vscode.ThemeColor(`statusBarItem.${line.severity}Background`);
    this.count();
  }

  /** Seconds are counted only while something loads or starts: else nothing runs. */
  private count(): void {
    const { status } = this;
    const isAway = Date.now() - this.engineAwaySinceMs >= ENGINE_PATIENCE_MS;
    const starts = status && !status.engine.up && !isAway;
    const loads = starts || (status && expertInFocus(status)?.state === 'loading');
    if (loads && this.everySecond === undefined) {
      this.everySecond = setInterval(() => this.draw(), 1000);
    } else if (!loads) {
      clearInterval(this.everySecond);
      this.everySecond = undefined;
    }
  }
}

/** The machine where extension and engine run: in a remote window, not the user's own. */
export function host(): string {
  const remote = vscode.env.remoteName;
  return remote ? `${hostname()} (${remote})` : `${hostname()} (this machine)`;
}
