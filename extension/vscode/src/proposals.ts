/**
 * New text for a document, shown as a diff before anything changes. The user accepts or rejects
 * it by the diff's buttons, the keyboard, or by closing the diff.
 */

import path from 'node:path';

import * as vscode from 'vscode';

const SCHEME = 'hotseat-proposal';

interface Proposal {
  document: vscode.TextDocument;
  version: number;
  edits: vscode.TextEdit[];
  text: string;
  settle(accepted: boolean): void;
}

export class Proposals implements vscode.TextDocumentContentProvider, vscode.Disposable {
  private readonly open = new Map<string, Proposal>();
  private readonly listeners: vscode.Disposable[];
  private lastId = 0;

  constructor() {
    this.listeners = [
      vscode.workspace.registerTextDocumentContentProvider(SCHEME, this),
      vscode.window.tabGroups.onDidChangeTabs(({ closed }) => {
        for (const tab of closed) {
          this.open.get(proposalOf(tab)?.toString() ?? '')?.settle(false);
        }
      }),
    ];
  }

  dispose(): void {
    this.listeners.forEach((listener) => listener.dispose());
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.open.get(uri.toString())?.text ?? '';
  }

  /** True once it was accepted and applied. `author` is the expert whose text it is. */
  async show(
    document: vscode.TextDocument,
    edits: vscode.TextEdit[],
    author: string,
  ): Promise<boolean> {
    const uri = document.uri.with({ scheme: SCHEME, authority: '', query: String(++this.lastId) });
    const key = uri.toString();
    const decided = new Promise<boolean>((resolve) =>
      this.open.set(key, {
        document,
        version: document.version,
        edits,
        text: withEdits(document, edits),
        settle: resolve,
      }),
    );
    const title = `${path.basename(document.fileName)}: proposed by ${author}`;
    await vscode.commands.executeCommand('vscode.diff', document.uri, uri, title, {
      preview: true,
    });
    const accepted = await decided;
    const proposal = this.open.get(key)!;
    this.open.delete(key);
    await closeTab(uri);
    return accepted && (await apply(proposal));
  }

  /** The one in front. */
  settle(accepted: boolean): void {
    const tab = vscode.window.tabGroups.activeTabGroup.activeTab;
    const inFront = this.open.get((tab && proposalOf(tab))?.toString() ?? '');
    (inFront ?? [...this.open.values()].at(-1))?.settle(accepted);
  }
}

async function apply(proposal: Proposal): Promise<boolean> {
  const { document, version, edits } = proposal;
  if (document.isClosed || document.version !== version) {
    void vscode.window.showWarningMessage(
      'Hotseat: the file changed since the proposal was made; nothing was changed. Ask again.',
    );
    return false;
  }
  const change = new vscode.WorkspaceEdit();
  change.set(document.uri, edits);
  const done = await vscode.workspace.applyEdit(change);
  if (done) {
    await vscode.window.showTextDocument(document);
  }
  return done;
}

function withEdits(document: vscode.TextDocument, edits: readonly vscode.TextEdit[]): string {
  let text = document.getText();
  const lastFirst = [...edits].sort((a, b) => b.range.start.compareTo(a.range.start));
  for (const edit of lastFirst) {
    const [start, end] = [document.offsetAt(edit.range.start), document.offsetAt(edit.range.end)];
    text = text.slice(0, start) + edit.newText + text.slice(end);
  }
  return text;
}

function proposalOf(tab: vscode.Tab): vscode.Uri | undefined {
  const { input } = tab;
  const isOurs = input instanceof vscode.TabInputTextDiff && input.modified.scheme === SCHEME;
  return isOurs ? input.modified : undefined;
}

async function closeTab(uri: vscode.Uri): Promise<void> {
  const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs);
  const ours = tabs.filter((tab) => proposalOf(tab)?.toString() === uri.toString());
  await vscode.window.tabGroups.close(ours);
}
