/** Warns once per window that there is no engine, and why; the status bar shows it all the time. */

import * as vscode from 'vscode';

import type { Status } from './protocol.ts';
import { withoutTerminal } from './pure/hints.ts';
import type { Server } from './server/server.ts';
import { ENGINE_PATIENCE_MS } from './statusBar.ts';

export class EngineTrouble implements vscode.Disposable {
  private readonly listener: vscode.Disposable;
  private timer: NodeJS.Timeout | undefined;
  private message = '';
  private wasShown = false;

  constructor(server: Server) {
    this.listener = server.onStatus(({ engine }) => this.look(engine));
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.listener.dispose();
  }

  private look(engine: Status['engine']): void {
    this.message = engine.message;
    if (engine.up) {
      clearTimeout(this.timer);
      this.timer = undefined;
    } else if (!this.wasShown) {
      this.timer ??= setTimeout(() => this.warn(), ENGINE_PATIENCE_MS);
    }
  }

  private warn(): void {
    this.timer = undefined;
    if (this.message === '') {
      return; // it is still on its way up
    }
    this.wasShown = true;
    const why = withoutTerminal(this.message).replace(/\.?$/, '.');
    void vscode.window
      .showWarningMessage(`Hotseat has no engine: ${why}`, 'Run the Doctor')
      .then((choice) => choice && vscode.commands.executeCommand('hotseat.doctor'));
  }
}
