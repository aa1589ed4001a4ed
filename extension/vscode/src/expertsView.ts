/**
 * The experts as a tree: engine and memory first, then each expert with state, size and reason, and
 * the history of loads and unloads, which is asked for when its node is open.
 */

import * as vscode from 'vscode';

import type { Downloads } from './downloads.ts';
import { type Decision, type Events, type ExpertStatus, method, type Status } from './protocol.ts';
import {
  decisionLines,
  decisionTitle,
  decisionWords,
  expertContext,
  expertWords,
  lastDecisions,
  memoryWords,
  rowWords,
} from './pure/words.ts';
import type { Server } from './server/server.ts';

type Node =
  | { kind: 'expert'; expert: ExpertStatus; words: string }
  | { kind: 'download'; words: string }
  | { kind: 'memory' | 'engine'; status: Status }
  | { kind: 'history' }
  | { kind: 'decision'; decision: Decision };

const N_DECISIONS = 20;

const ICONS: Record<ExpertStatus['state'], [icon: string, color?: string]> = {
  warm: ['flame', 'charts.orange'],
  loading: ['loading~spin'],
  unloading: ['loading~spin'],
  failed: ['error', 'charts.red'],
  absent: ['circle-outline'],
};

const MISSING: [icon: string, color: string] = ['cloud-download', 'disabledForeground'];

export class ExpertsView implements vscode.TreeDataProvider<Node>, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  readonly onDidChangeTreeData = this.changed.event;
  private readonly listeners: vscode.Disposable[];
  private status: Status | undefined;
  private shown = '';
  private readonly server: Server;

  private readonly downloads: Downloads;

  constructor(server: Server, downloads: Downloads) {
    this.server = server;
    this.downloads = downloads;
    this.listeners = [
      downloads.onChange(() => this.changed.fire()),
      server.onStatus((status) => this.take(status)),
      server.onState((state) => {
        if (state !== 'running') {
          this.take(undefined);
        }
      }),
      vscode.window.registerTreeDataProvider('hotseat.experts', this),
    ];
  }

  dispose(): void {
    this.listeners.forEach((listener) => listener.dispose());
    this.changed.dispose();
  }

  get experts(): readonly ExpertStatus[] {
    return this.status?.experts ?? [];
  }

  getChildren(element?: Node): Node[] | Promise<Node[]> {
    const { status } = this;
    if (element?.kind === 'history') {
      return this.history();
    }
    if (element || !status) {
      return [];
    }
    const { experts } = status;
    const words = this.downloads.neededWords;
    if (words && experts.every((expert) => expert.download)) {
      return []; // the view's welcome has the button
    }
    return [
      ...(words ? [{ kind: 'download', words } as const] : []),
      { kind: 'memory', status },
      { kind: 'engine', status },
      ...experts.map((expert): Node => {
        return { kind: 'expert', expert, words: rowWords(expert, experts) };
      }),
      { kind: 'history' },
    ];
  }

  /** Empty if the server cannot answer, as one of an older version. */
  private async history(): Promise<Node[]> {
    try {
      const { events } = await this.server.request<Events>(method.events, {});
      return lastDecisions(events, N_DECISIONS).map((decision) => ({ kind: 'decision', decision }));
    } catch {
      return [];
    }
  }

  getTreeItem(node: Node): vscode.TreeItem {
    switch (node.kind) {
      case 'download':
        return downloadItem(node.words);
      case 'memory':
        return memoryItem(node.status);
      case 'engine':
        return engineItem(node.status);
      case 'expert':
        return expertItem(node.expert, node.words);
      case 'history':
        return historyItem();
      case 'decision':
        return decisionItem(node.decision);
    }
  }

  private take(status: Status | undefined): void {
    this.status = status;
    // Seconds and completions change all the time; the tree shows neither.
    const shown = JSON.stringify(
      status && [
        status.engine,
        status.memory,
        status.experts.map((expert) => ({ ...expert, stateSeconds: 0 })),
      ],
    );
    if (shown !== this.shown) {
      this.shown = shown;
      this.changed.fire();
    }
  }
}

function memoryItem({ memory }: Status): vscode.TreeItem {
  const item = new vscode.TreeItem('Memory');
  item.id = 'memory';
  item.description = memoryWords(memory);
  item.iconPath = new vscode.ThemeIcon('chip');
  item.contextValue = 'memory';
  item.accessibilityInformation = { label: `Memory: ${item.description} used` };
  return item;
}

function engineItem({ engine }: Status): vscode.TreeItem {
  const item = new vscode.TreeItem('Engine');
  item.id = 'engine';
  item.description = engine.up ? `${engine.kind} ${engine.url}` : `${engine.kind}, not reached`;
  item.tooltip = engine.message || `${engine.kind} ${engine.version} ${engine.url}`;
  item.iconPath = new vscode.ThemeIcon(engine.up ? 'server-process' : 'warning');
  item.contextValue = 'engine';
  return item;
}

function downloadItem(words: string): vscode.TreeItem {
  const item = new vscode.TreeItem(`Download ${words}`);
  item.id = 'download';
  item.iconPath = new vscode.ThemeIcon('cloud-download');
  item.command = { title: 'Download', command: 'hotseat.pullAll' };
  item.accessibilityInformation = { label: `Download ${words}`, role: 'button' };
  return item;
}

function expertItem(expert: ExpertStatus, words: string): vscode.TreeItem {
  const item = new vscode.TreeItem(expert.name);
  const [icon, color] = expert.download ? MISSING : (ICONS[expert.state] ?? ICONS.absent);
  item.id = `expert:${expert.name}`;
  item.description = words;
  item.iconPath = new vscode.ThemeIcon(icon, color ? new vscode.ThemeColor(color) : undefined);
  item.contextValue = expertContext(expert);
  item.tooltip = new vscode.MarkdownString().appendText(
    [
      `${expert.name}: ${expert.model}`,
      `Languages: ${expert.languages.join(', ') || 'all others'}`,
      `Model: ${expertWords(expert)}`,
      expert.loadSeconds === null ? '' : `Loads in ${expert.loadSeconds.toFixed(1)} s`,
      expert.reason,
      expert.download ? expert.download.problem : expert.error,
    ]
      .filter(Boolean)
      .join('\n'),
  );
  item.accessibilityInformation = { label: `Expert ${expert.name}: ${item.description}` };
  return item;
}

function historyItem(): vscode.TreeItem {
  const item = new vscode.TreeItem('History', vscode.TreeItemCollapsibleState.Collapsed);
  item.id = 'history';
  item.iconPath = new vscode.ThemeIcon('history');
  item.contextValue = 'history';
  item.tooltip = 'The last loads and unloads, and why';
  return item;
}

function decisionItem(decision: Decision): vscode.TreeItem {
  const time = new Date(decision.time * 1000).toLocaleTimeString();
  const item = new vscode.TreeItem(`${time} ${decisionTitle(decision)}`);
  item.description = decisionWords(decision);
  item.tooltip = new vscode.MarkdownString().appendText(decisionLines(decision).join('\n'));
  item.contextValue = 'decision';
  item.accessibilityInformation = { label: `${item.label}: ${item.description}` };
  return item;
}

/** The expert of a tree node, or of a command that was given a name. */
export function expertNamed(argument: unknown): string | undefined {
  if (typeof argument === 'string') {
    return argument;
  }
  const node = argument as Node | undefined;
  return node?.kind === 'expert' ? node.expert.name : undefined;
}
