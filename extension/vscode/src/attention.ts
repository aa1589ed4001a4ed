/** Sends the server the focused and visible documents, the cursor and the window's focus. */

import * as vscode from 'vscode';

import { type DocumentId, method } from './protocol.ts';
import { DOCUMENTS, type Server } from './server/server.ts';

const CURSOR_INTERVAL_MS = 250;
/** VS Code has no active editor for a moment when it changes from one to another. */
const SETTLE_MS = 30;

export class Attention implements vscode.Disposable {
  private readonly server: Server;
  private readonly listeners: vscode.Disposable[];
  private cursorTimer: NodeJS.Timeout | undefined;
  private focusTimer: NodeJS.Timeout | undefined;

  constructor(server: Server) {
    this.server = server;
    const { window } = vscode;
    this.listeners = [
      window.onDidChangeActiveTextEditor(() => this.focusChanged()),
      window.tabGroups.onDidChangeTabs(() => this.focusChanged()),
      window.onDidChangeVisibleTextEditors(() => this.sendVisible()),
      window.onDidChangeTextEditorSelection((event) => this.cursorMoved(event)),
      window.onDidChangeWindowState((state) => this.sendWindowFocus(state.focused)),
      server.onState((state) => {
        if (state === 'running') {
          this.sendAll();
        }
      }),
    ];
  }

  dispose(): void {
    clearTimeout(this.cursorTimer);
    clearTimeout(this.focusTimer);
    this.listeners.forEach((listener) => listener.dispose());
  }

  private sendAll(): void {
    this.sendWindowFocus(vscode.window.state.focused);
    this.sendVisible();
    this.sendFocus();
    this.sendCursor();
  }

  private focusChanged(): void {
    clearTimeout(this.focusTimer);
    this.focusTimer = setTimeout(() => this.sendFocus(), SETTLE_MS);
  }

  private sendFocus(): void {
    const focused = documentId(vscode.window.activeTextEditor?.document);
    this.server.notify(method.didFocus, focused ? { textDocument: focused } : {});
  }

  private sendVisible(): void {
    const uris = vscode.window.visibleTextEditors
      .map((editor) => documentId(editor.document)?.uri)
      .filter((uri) => uri !== undefined);
    const textDocuments = [...new Set(uris)].map((uri) => ({ uri }));
    this.server.notify(method.didChangeVisible, { textDocuments });
  }

  private cursorMoved(event: vscode.TextEditorSelectionChangeEvent): void {
    if (event.textEditor === vscode.window.activeTextEditor && this.cursorTimer === undefined) {
      this.cursorTimer = setTimeout(() => {
        this.cursorTimer = undefined;
        this.sendCursor();
      }, CURSOR_INTERVAL_MS);
    }
  }

  private sendCursor(): void {
    const editor = vscode.window.activeTextEditor;
    const textDocument = documentId(editor?.document);
    if (editor && textDocument) {
      const { line, character } = editor.selection.active;
      this.server.notify(method.didChangeCursor, { textDocument, position: { line, character } });
    }
  }

  private sendWindowFocus(focused: boolean): void {
    this.server.notify(method.didChangeWindowFocus, { focused });
  }
}

/** As the server knows it; undefined for what it does not see (output, git's old versions). */
export function documentId(document: vscode.TextDocument | undefined): DocumentId | undefined {
  return document && vscode.languages.match(DOCUMENTS, document) > 0
    ? { uri: document.uri.toString() }
    : undefined;
}
