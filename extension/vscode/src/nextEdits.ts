/** The next edit: asked for after a pause in typing, shown in place, and taken with Tab. */

import * as vscode from 'vscode';

import { documentId } from './attention.ts';
import { method, type NextEdit, type NextEditResult, serverCommand } from './protocol.ts';
import { isAt, isCurrent, shownText, wouldIndent } from './pure/nextEdit.ts';
import type { Server } from './server/server.ts';
import * as settings from './settings.ts';

const PAUSE_MS = 300;
/** Set while an edit is shown and Tab would not indent: Tab goes there. */
const SHOWN = 'hotseat.nextEditShown';
/** Set while the cursor is where the edit is: Tab accepts. */
const AT = 'hotseat.atNextEdit';

interface Shown {
  editor: vscode.TextEditor;
  edit: NextEdit;
  range: vscode.Range;
}

export class NextEdits implements vscode.Disposable {
  private readonly server: Server;
  private readonly listeners: vscode.Disposable[];
  private readonly replaced: vscode.TextEditorDecorationType;
  private timer: NodeJS.Timeout | undefined;
  private asking: vscode.CancellationTokenSource | undefined;
  private shown: Shown | undefined;

  constructor(server: Server, extensionUri: vscode.Uri) {
    this.server = server;
    this.replaced = vscode.window.createTextEditorDecorationType({
      backgroundColor: new vscode.ThemeColor('diffEditor.removedTextBackground'),
      gutterIconPath: vscode.Uri.joinPath(extensionUri, 'media', 'next-edit.svg'),
      gutterIconSize: 'contain',
      overviewRulerColor: new vscode.ThemeColor('editorOverviewRuler.infoForeground'),
      overviewRulerLane: vscode.OverviewRulerLane.Center,
      rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
    });
    this.listeners = [
      vscode.workspace.onDidChangeTextDocument((event) => this.changed(event)),
      vscode.window.onDidChangeTextEditorSelection((event) => this.moved(event.textEditor)),
      vscode.window.onDidChangeActiveTextEditor(() => this.clear()),
      server.onState((state) => {
        if (state !== 'running') {
          this.clear();
        }
      }),
    ];
  }

  dispose(): void {
    this.clear();
    this.replaced.dispose();
    for (const listener of this.listeners) {
      listener.dispose();
    }
  }

  register(): vscode.Disposable[] {
    return [
      vscode.commands.registerCommand('hotseat.jumpToNextEdit', () => this.jump()),
      vscode.commands.registerCommand('hotseat.acceptNextEdit', () => this.accept()),
      vscode.commands.registerCommand('hotseat.dismissNextEdit', () => this.dismiss()),
    ];
  }

  private changed(event: vscode.TextDocumentChangeEvent): void {
    if (event.contentChanges.length === 0) {
      return;
    }
    if (event.document === this.shown?.editor.document) {
      this.clear();
    }
    const editor = vscode.window.activeTextEditor;
    if (event.document === editor?.document && documentId(event.document)) {
      this.asking?.cancel();
      clearTimeout(this.timer);
      this.timer = setTimeout(() => void this.ask(editor), PAUSE_MS);
    }
  }

  private moved(editor: vscode.TextEditor): void {
    if (editor === this.shown?.editor) {
      this.updateContexts();
    }
  }

  private async ask(editor: vscode.TextEditor): Promise<void> {
    const textDocument = documentId(editor.document);
    if (!textDocument || !this.server.isRunning || !settings.nextEdits()) {
      return;
    }
    this.asking?.cancel();
    const asking = new vscode.CancellationTokenSource();
    this.asking = asking;
    const { version } = editor.document;
    const { line, character } = editor.selection.active;
    const params = { textDocument: { ...textDocument, version }, position: { line, character } };
    const result = await this.server
      .request<NextEditResult>(method.nextEdit, params, asking.token)
      .catch(() => undefined);
    const edit = result?.edits[0];
    const isWanted = this.asking === asking && !asking.token.isCancellationRequested;
    if (edit && isWanted && isCurrent(edit.textDocument, editor.document.version)) {
      this.show(editor, edit);
    }
  }

  private show(editor: vscode.TextEditor, edit: NextEdit): void {
    this.clear();
    const { start, end } = edit.range;
    const range = new vscode.Range(start.line, start.character, end.line, end.character);
    const contentText = ` ${shownText(edit.text)} `;
    const backgroundColor = new vscode.ThemeColor('diffEditor.insertedTextBackground');
    const hoverMessage = 'Hotseat: Tab goes to this edit, Tab again makes it, Escape dismisses it.';
    editor.setDecorations(this.replaced, [
      { range, hoverMessage, renderOptions: { after: { contentText, backgroundColor } } },
    ]);
    this.shown = { editor, edit, range };
    this.updateContexts();
  }

  private updateContexts(): void {
    const { shown } = this;
    const cursor = shown?.editor.selection.active;
    const at = shown !== undefined && cursor !== undefined && isAt(cursor, shown.edit.range);
    const text = cursor ? (shown?.editor.document.lineAt(cursor.line).text ?? '') : '';
    const isFree = cursor !== undefined && (at || !wouldIndent(text, cursor.character));
    setContext(SHOWN, shown !== undefined && isFree);
    setContext(AT, at);
  }

  private clear(): void {
    clearTimeout(this.timer);
    const { shown } = this;
    this.shown = undefined;
    if (shown) {
      shown.editor.setDecorations(this.replaced, []);
      this.updateContexts();
    }
  }

  private jump(): void {
    const { shown } = this;
    if (shown) {
      const place = shown.range.start;
      shown.editor.selection = new vscode.Selection(place, place);
      shown.editor.revealRange(shown.range, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
      this.updateContexts();
    }
  }

  private async accept(): Promise<void> {
    const { shown } = this;
    if (!shown) {
      return;
    }
    const { editor, edit, range } = shown;
    this.clear();
    if (!isCurrent(edit.textDocument, editor.document.version)) {
      return;
    }
    const isMade = await editor.edit((builder) => builder.replace(range, edit.text));
    if (isMade) {
      const params = { command: serverCommand.nextEditAccepted, arguments: edit.command.arguments };
      await this.server.request('workspace/executeCommand', params).catch(() => undefined);
    }
  }

  private dismiss(): void {
    const { shown } = this;
    if (shown) {
      this.server.notify(method.didResolveSuggestion, { id: shown.edit.id, outcome: 'rejected' });
      this.clear();
    }
  }
}

function setContext(name: string, value: boolean): void {
  void vscode.commands.executeCommand('setContext', name, value);
}
