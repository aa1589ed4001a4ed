/** What the turns of the panel were asked about: the places, followed while their documents change. */

import * as vscode from 'vscode';

import { moved, type Span } from '../pure/place.ts';

interface Asked {
  uri: vscode.Uri;
  /** Undefined once a change reached into it. */
  span: Span | undefined;
  /** As it read then. */
  text: string;
}

export interface Place {
  document: vscode.TextDocument;
  range: vscode.Range;
}

export class AskedAbout implements vscode.Disposable {
  /** By the turn's id. */
  private readonly asked = new Map<number, Asked>();
  private readonly listener = vscode.workspace.onDidChangeTextDocument(
    ({ document, contentChanges }) => {
      for (const asked of this.asked.values()) {
        if (asked.uri.toString() === document.uri.toString()) {
          follow(asked, contentChanges);
        }
      }
    },
  );

  dispose(): void {
    this.listener.dispose();
  }

  /** The turn is about that place. */
  remember(turnId: number, { document, range }: Place): void {
    const span = { start: document.offsetAt(range.start), end: document.offsetAt(range.end) };
    this.asked.set(turnId, { uri: document.uri, span, text: document.getText(range) });
  }

  /**
   * The place that the turn is about, if it reads as it did then; else why not, as a sentence.
   * Undefined if it is not about a file.
   */
  async place(turnId: number): Promise<Place | string | undefined> {
    const asked = this.asked.get(turnId);
    if (!asked) {
      return undefined;
    }
    const document = await open(asked.uri);
    if (!document) {
      return 'The file that this was asked about is not there any more.';
    }
    const { span, text } = asked;
    const range =
      span && new vscode.Range(document.positionAt(span.start), document.positionAt(span.end));
    if (!range || document.getText(range) !== text) {
      return 'What this was asked about has changed since.';
    }
    return { document, range };
  }
}

/** The changes of one event are in the text before all of them: the last one in the text first. */
function follow(asked: Asked, changes: readonly vscode.TextDocumentContentChangeEvent[]): void {
  for (const change of [...changes].sort((a, b) => b.rangeOffset - a.rangeOffset)) {
    asked.span = asked.span && moved(asked.span, change);
  }
}

async function open(uri: vscode.Uri): Promise<vscode.TextDocument | undefined> {
  try {
    return await vscode.workspace.openTextDocument(uri);
  } catch {
    return undefined; // deleted or renamed
  }
}
