/** Places in the user's editors: what a question is about, and where answers go. */

import * as vscode from 'vscode';

import { documentId } from '../attention.ts';
import { plainRange } from '../edit.ts';
import type { AskedDiagnostic, AskParams, ContextItem, Source } from '../protocol.ts';
import { asMarkdown, type ExportedTurn } from '../pure/exported.ts';
import type { Place } from './askedAbout.ts';

/** More than a question is shown. */
const MAX_DIAGNOSTICS = 100;

/** What is in front now. An empty range is the cursor, and with it the region whose expert is meant. */
export function placeNow(withSelection: boolean): Place | undefined {
  const editor = vscode.window.activeTextEditor;
  if (!editor || !documentId(editor.document)) {
    return undefined;
  }
  const { document, selection } = editor;
  return {
    document,
    range: withSelection ? selection : new vscode.Range(selection.active, selection.active),
  };
}

export function asked({ document, range }: Place): Partial<AskParams> {
  return {
    textDocument: { uri: document.uri.toString() },
    range: plainRange(range),
    diagnostics: vscode.languages.getDiagnostics(document.uri).slice(0, MAX_DIAGNOSTICS).map(plain),
  };
}

/** VS Code counts severities from 0, LSP from 1. */
function plain({ range, message, severity, source }: vscode.Diagnostic): AskedDiagnostic {
  return { line: range.start.line, message, severity: severity + 1, source: source ?? '' };
}

/** A selection of whole lines ends with a line break, an answer's code does not. */
export function withSameEnd(old: string, text: string): string {
  return old.endsWith('\n') && !text.endsWith('\n') ? `${text}\n` : text;
}

export async function insert(text: string): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  if (!editor) {
    void vscode.window.showInformationMessage('Hotseat: open the file to insert into first.');
    return;
  }
  await editor.edit((builder) => builder.replace(editor.selection, text));
  await vscode.window.showTextDocument(editor.document, editor.viewColumn);
}

export async function revealPart({ uri, firstLine, lines }: ContextItem): Promise<void> {
  if (uri) {
    const start = { line: firstLine ?? 0, character: 0 };
    const end = { line: (firstLine ?? 0) + (lines ?? 0), character: 0 };
    await reveal({ uri, range: { start, end } });
  }
}

export async function reveal({ uri, range }: Source): Promise<void> {
  const document = await vscode.workspace.openTextDocument(vscode.Uri.parse(uri));
  const { start, end } = range;
  const selection = new vscode.Range(start.line, start.character, end.line, end.character);
  await vscode.window.showTextDocument(document, { selection });
}

/** The turns of a conversation, in a document that has no file yet. */
export async function openAsMarkdown(turns: readonly ExportedTurn[]): Promise<void> {
  if (turns.length === 0) {
    const text = 'Hotseat: there is no conversation to export. Ask a question first.';
    void vscode.window.showInformationMessage(text);
    return;
  }
  const content = asMarkdown(turns);
  const document = await vscode.workspace.openTextDocument({ language: 'markdown', content });
  await vscode.window.showTextDocument(document);
}
