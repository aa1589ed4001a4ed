/** "Edit selection…" and its code actions: asks the server for new text, and proposes it. */

import * as vscode from 'vscode';

import { documentId } from './attention.ts';
import { showError } from './notices.ts';
import type { Proposals } from './proposals.ts';
import { type EditParams, type EditResult, method, type Part, type Range } from './protocol.ts';
import { waitingWords } from './pure/waiting.ts';
import { DOCUMENTS, type Server } from './server/server.ts';
import type { StatusBar } from './statusBar.ts';

const DOCUMENT_INSTRUCTION =
  'Add documentation comments in the style of this language and file. Change no code.';

export class Edits implements vscode.CodeActionProvider {
  private readonly server: Server;
  private readonly proposals: Proposals;
  private readonly statusBar: StatusBar;
  private lastInstruction = '';

  constructor(server: Server, proposals: Proposals, statusBar: StatusBar) {
    this.server = server;
    this.proposals = proposals;
    this.statusBar = statusBar;
  }

  register(): vscode.Disposable {
    const providedCodeActionKinds = [REWRITE, EXPLAIN];
    return vscode.languages.registerCodeActionsProvider(DOCUMENTS, this, {
      providedCodeActionKinds,
    });
  }

  provideCodeActions(_document: vscode.TextDocument, range: vscode.Range): vscode.CodeAction[] {
    if (range.isEmpty || !this.server.isRunning) {
      return [];
    }
    return [
      action('Hotseat: edit selection…', REWRITE, 'hotseat.editSelection'),
      action('Hotseat: document selection', REWRITE, 'hotseat.documentSelection'),
      action('Hotseat: explain selection', EXPLAIN, 'hotseat.explainSelection'),
    ];
  }

  async editSelection(): Promise<void> {
    const target = selected();
    if (!target) {
      return;
    }
    const instruction = await vscode.window.showInputBox({
      title: 'Hotseat: edit selection',
      prompt: 'What should change?',
      placeHolder: 'handle the error; use a map; rename x to count; …',
      value: this.lastInstruction,
    });
    if (instruction?.trim()) {
      this.lastInstruction = instruction;
      await this.edit(target, instruction);
    }
  }

  async documentSelection(): Promise<void> {
    const target = selected();
    if (target) {
      await this.edit(target, DOCUMENT_INSTRUCTION);
    }
  }

  private async edit(target: Target, instruction: string): Promise<void> {
    const { document, range } = target;
    const version = document.version;
    const answer = await this.ask(target, instruction);
    if (!answer) {
      return;
    }
    if (document.version !== version) {
      void vscode.window.showWarningMessage('Hotseat: the file changed meanwhile. Ask again.');
      return;
    }
    const edit = await this.server.converter?.asWorkspaceEdit(answer.edit);
    const edits = edit?.get(document.uri) ?? [];
    if (edit?.entries().some(([uri]) => uri.toString() !== document.uri.toString())) {
      void vscode.window.showErrorMessage('Hotseat: the edit reaches into other files; dropped.');
      return;
    }
    if (edits.length === 0) {
      void vscode.window.showInformationMessage(
        `Hotseat: ${answer.expert} found nothing to change. Say it in other words, or select more.`,
      );
      return;
    }
    if (await this.proposals.show(document, edits, answer.expert)) {
      revealRange(document, range);
    }
  }

  private async ask(target: Target, instruction: string): Promise<EditResult | undefined> {
    const params: EditParams = {
      instruction,
      textDocument: target.id,
      range: plainRange(target.range),
    };
    const options = {
      location: vscode.ProgressLocation.Notification,
      title: 'Hotseat: editing',
      cancellable: true,
    };
    try {
      const work = vscode.window.withProgress(options, (progress, token) => {
        let nChars = 0;
        let waitsFor = '';
        const onPart = ({ expert, note, waitedS, text }: Part): void => {
          nChars = expert === undefined ? nChars + (text?.length ?? 0) : 0;
          waitsFor = note ?? waitsFor;
          const isWaiting = waitedS !== undefined || waitsFor !== '';
          const message = isWaiting
            ? waitingWords(waitsFor, waitedS ?? 0)
            : `${nChars} characters written`;
          progress.report({ message });
        };
        return this.server.stream<EditResult>(method.edit, params, onPart, token);
      });
      return await this.statusBar.during(work);
    } catch (error) {
      if (!(error instanceof vscode.CancellationError) && !isCancelled(error)) {
        showError(messageOf(error));
      }
      return undefined;
    }
  }
}

const REWRITE = vscode.CodeActionKind.RefactorRewrite.append('hotseat');
const EXPLAIN = vscode.CodeActionKind.Empty.append('hotseat.explain');

function action(title: string, kind: vscode.CodeActionKind, command: string): vscode.CodeAction {
  const made = new vscode.CodeAction(title, kind);
  made.command = { title, command };
  return made;
}

interface Target {
  id: { uri: string };
  document: vscode.TextDocument;
  range: vscode.Range;
}

/** The selection of the active editor; without one a message asks the user to select code. */
export function selected(): Target | undefined {
  const editor = vscode.window.activeTextEditor;
  const id = documentId(editor?.document);
  if (!editor || !id || editor.selection.isEmpty) {
    void vscode.window.showInformationMessage('Hotseat: select some code in a file first.');
    return undefined;
  }
  return { id, document: editor.document, range: editor.selection };
}

export function plainRange({ start, end }: vscode.Range): Range {
  return {
    start: { line: start.line, character: start.character },
    end: { line: end.line, character: end.character },
  };
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** RequestCancelled, ServerCancelled. */
export function isCancelled(error: unknown): boolean {
  return [-32800, -32802].includes((error as { code?: number }).code ?? 0);
}

function revealRange(document: vscode.TextDocument, range: vscode.Range): void {
  const editor = vscode.window.visibleTextEditors.find((one) => one.document === document);
  editor?.revealRange(range, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
}
