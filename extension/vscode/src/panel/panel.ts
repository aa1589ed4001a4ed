/** The Ask panel's side in the extension: keeps the conversations, asks the server. */

import { randomBytes } from 'node:crypto';
import path from 'node:path';

import * as vscode from 'vscode';

import { documentId } from '../attention.ts';
import type { Downloads } from '../downloads.ts';
import { isCancelled, messageOf } from '../edit.ts';
import type { EarlierConversation, Memory } from '../memory.ts';
import type { Proposals } from '../proposals.ts';
import {
  type AskParams,
  type AskResult,
  type MentionsResult,
  method,
  type Part,
  type Source,
} from '../protocol.ts';
import { withoutTerminal } from '../pure/hints.ts';
import { LastConversation } from '../pure/lastConversation.ts';
import { linesOf } from '../pure/place.ts';
import * as transcript from '../pure/transcript.ts';
import { Wish } from '../pure/wish.ts';
import type { Server } from '../server/server.ts';
import type { StatusBar } from '../statusBar.ts';
import { AskedAbout } from './askedAbout.ts';
import type { AskContext, FromPage, ShownTurn, ToPage } from './messages.ts';
import { page } from './page.ts';
import {
  asked,
  insert,
  openAsMarkdown,
  placeNow,
  reveal,
  revealPart,
  withSameEnd,
} from './places.ts';
import { Tasks } from './tasks.ts';

export const VIEW_ID = 'hotseat.ask';
const TO_APPLY = 'Ask again, or use Insert to put it at the cursor.';

export class AskPanel implements vscode.WebviewViewProvider, vscode.Disposable {
  private readonly extensionUri: vscode.Uri;
  private readonly server: Server;
  private readonly proposals: Proposals;
  private readonly statusBar: StatusBar;
  private readonly transcripts = new transcript.Transcripts();
  private readonly askedAbout = new AskedAbout();
  private readonly listeners: vscode.Disposable[];
  private readonly toFocus = new Wish(() => this.post({ kind: 'focus' }));
  private readonly downloads: Downloads;
  private readonly memory: Memory;
  private readonly last: LastConversation<EarlierConversation>;
  private readonly tasks: Tasks;
  private isServerRunning = false;
  private view: vscode.WebviewView | undefined;
  private underWay: vscode.CancellationTokenSource | undefined;

  constructor(
    extensionUri: vscode.Uri,
    server: Server,
    proposals: Proposals,
    statusBar: StatusBar,
    downloads: Downloads,
    memory: Memory,
    kept: vscode.Memento,
  ) {
    this.extensionUri = extensionUri;
    this.server = server;
    this.proposals = proposals;
    this.statusBar = statusBar;
    this.downloads = downloads;
    this.memory = memory;
    this.last = new LastConversation(kept, (id) => memory.remembered(id));
    this.tasks = new Tasks(server, statusBar, kept, (message) => this.post(message));
    this.listeners = [
      this.askedAbout,
      this.tasks,
      vscode.window.registerWebviewViewProvider(VIEW_ID, this),
      downloads.onChange(() => this.showNeeds()),
      vscode.window.onDidChangeActiveTextEditor(() => this.showContext()),
      vscode.window.onDidChangeTextEditorSelection(() => this.showContext()),
      server.onState((state) => {
        this.isServerRunning = state === 'running';
        if (this.isServerRunning) {
          void this.showLast();
          void this.tasks.follow();
        } else {
          this.transcripts.forgetServer();
        }
      }),
    ];
  }

  dispose(): void {
    this.underWay?.cancel();
    this.listeners.forEach((listener) => listener.dispose());
  }

  resolveWebviewView(view: vscode.WebviewView): void {
    this.view = view;
    const asset = (...parts: string[]): vscode.Uri =>
      vscode.Uri.joinPath(this.extensionUri, ...parts);
    const { webview } = view;
    webview.options = {
      enableScripts: true,
      localResourceRoots: [asset('dist'), asset('media')],
    };
    webview.onDidReceiveMessage((message: FromPage) => void this.receive(message));
    view.onDidChangeVisibility(() => this.showContext());
    view.onDidDispose(() => (this.view = undefined));
    webview.html = page({
      script: webview.asWebviewUri(asset('dist', 'panel.js')).toString(),
      style: webview.asWebviewUri(asset('media', 'panel.css')).toString(),
      cspSource: webview.cspSource,
      nonce: randomBytes(16).toString('hex'),
    });
  }

  /** Bring the panel to the front, ready to type. */
  async focus(): Promise<void> {
    await vscode.commands.executeCommand(`${VIEW_ID}.focus`);
    this.toFocus.make();
  }

  /** Ask with the file and the selection in front. */
  async askNow(question: string): Promise<void> {
    await this.focus();
    await this.ask(question, true, true);
  }

  /** Bring the panel to the front, ready for the instruction of a task. */
  async focusTask(): Promise<void> {
    this.tasks.enter();
    await this.focus();
  }

  newConversation(): void {
    this.underWay?.cancel();
    this.transcripts.begin();
    this.last.keep(undefined);
    this.showConversation();
    void this.focus();
  }

  /** Let the user choose a remembered conversation, and go on with it. */
  async openEarlier(): Promise<void> {
    const chosen = await this.memory.choose();
    if (chosen) {
      this.underWay?.cancel();
      this.transcripts.reopen(chosen.id, chosen.answers);
      this.last.keep(chosen.id);
      this.showConversation();
      await this.focus();
    }
  }

  async exportConversation(): Promise<void> {
    await openAsMarkdown(this.transcripts.current.turns.map(shown));
  }

  /** After a reload: what the panel showed before, unless a question has been asked meanwhile. */
  private async showLast(): Promise<void> {
    if (!this.view || !this.isServerRunning) {
      return;
    }
    const last = await this.last.take();
    if (last && this.transcripts.current.turns.length === 0) {
      this.transcripts.reopen(last.id, last.answers);
      this.showConversation();
    }
  }

  private async receive(message: FromPage): Promise<void> {
    switch (message.kind) {
      case 'ready':
        this.toFocus.pageReady();
        this.showConversation();
        this.showContext();
        this.showNeeds();
        this.tasks.show();
        return this.showLast();
      case 'focused':
        return this.toFocus.drop();
      case 'ask':
        return this.ask(message.question, message.withFile, message.withSelection);
      case 'againWithoutFile':
        return this.again(false);
      case 'again':
        return this.again(true, message.id);
      case 'askInstead':
        if (!this.underWay && this.transcripts.branch(message.turn)) {
          this.showConversation();
          await this.ask(message.question, message.withFile, message.withSelection);
        }
        return;
      case 'mention':
        return this.showMentions(message.id, message.text);
      case 'revealPart':
        return revealPart(message.item);
      case 'stop':
        this.underWay?.cancel();
        return;
      case 'open':
        this.underWay?.cancel();
        this.transcripts.open(message.index);
        this.last.keep(this.transcripts.current.id);
        return this.showConversation();
      case 'download':
        return this.downloads.all();
      case 'earlier':
        return this.openEarlier();
      case 'forget':
        return this.changeNote(message, 'forgotten', (note) => this.memory.forget(note));
      case 'pin':
        return this.changeNote(message, 'pinned', (note) => this.memory.pin(note));
      case 'copy':
        return vscode.env.clipboard.writeText(message.text);
      case 'insert':
        return insert(message.text);
      case 'apply':
        return this.apply(message.text, message.turn);
      case 'reveal':
        return reveal(message.source);
      default:
        return this.tasks.receive(message);
    }
  }

  private async ask(question: string, withFile: boolean, withSelection: boolean): Promise<void> {
    if (this.underWay || !question.trim()) {
      return;
    }
    const turn = this.transcripts.ask(question.trim());
    const place = withFile ? placeNow(withSelection) : undefined;
    if (place) {
      this.askedAbout.remember(turn.id, place);
    }
    await this.answer(turn, place ? asked(place) : {});
  }

  private async changeNote(
    { turn: id, at }: { turn: number; at: number },
    state: transcript.Note['state'],
    change: (note: transcript.Note) => Promise<boolean>,
  ): Promise<void> {
    const note = this.transcripts.turn(id)?.notes[at];
    if (note && (await change(note))) {
      note.state = state;
      const turn = this.transcripts.turn(id); // another conversation may be shown by now
      if (turn) {
        this.post({ kind: 'turn', turn: shown(turn) });
      }
    }
  }

  /** Ask the last question once more, about the same place; without one more part, if one is named. */
  private async again(withFile: boolean, withoutId?: string): Promise<void> {
    const last = this.transcripts.current.turns.at(-1);
    const place = last && withFile ? await this.askedAbout.place(last.id) : undefined;
    if (typeof place === 'string') {
      void vscode.window.showInformationMessage(`Hotseat: ${place} Type the question again.`);
      return;
    }
    const turn = this.underWay ? undefined : this.transcripts.again();
    if (!turn || !last) {
      return;
    }
    turn.without = withoutId === undefined ? last.without : [...last.without, withoutId];
    if (place) {
      this.askedAbout.remember(turn.id, place);
    }
    this.showConversation();
    const { without } = turn;
    // The server has kept nothing that it could replace where nothing was written.
    const instead = last.answer !== '';
    await this.answer(turn, { ...(place ? asked(place) : {}), instead, without });
  }

  private async showMentions(id: number, text: string): Promise<void> {
    try {
      const { items } = await this.server.request<MentionsResult>(method.mentions, { text });
      this.post({ kind: 'mentions', id, items });
    } catch {
      this.post({ kind: 'mentions', id, items: [] }); // an older server, or none
    }
  }

  private async answer(turn: transcript.Turn, about: Partial<AskParams>): Promise<void> {
    const cancel = new vscode.CancellationTokenSource();
    this.underWay = cancel;
    const conversation = this.transcripts.current;
    const post = (message: ToPage): void => {
      if (this.transcripts.current === conversation) {
        this.post(message);
      }
    };
    post({ kind: 'turn', turn: shown(turn) });
    const history = transcript.history(conversation, turn);
    const params: AskParams = {
      question: turn.question,
      ...(conversation.id === undefined ? {} : { conversation: conversation.id }),
      ...about,
      ...(history.length > 0 ? { history } : {}),
    };
    const onPart = (part: Part): void => {
      if (transcript.grow(conversation, turn, part)) {
        post({ kind: 'turn', turn: shown(turn) });
      } else if (part.text && turn.state === 'streaming') {
        post({ kind: 'grow', id: turn.id, text: part.text });
      } else if (part.waitedS && turn.state === 'streaming') {
        post({ kind: 'waited', id: turn.id, waitedS: part.waitedS });
      }
    };
    try {
      const work = this.server.stream<AskResult>(method.ask, params, onPart, cancel.token);
      const result = await this.statusBar.during(work);
      if (cancel.token.isCancellationRequested) {
        transcript.stop(turn);
      } else {
        transcript.finish(conversation, turn, result);
      }
    } catch (error) {
      if (cancel.token.isCancellationRequested || isCancelled(error)) {
        transcript.stop(turn);
      } else {
        transcript.fail(turn, withoutTerminal(messageOf(error)));
      }
    } finally {
      cancel.dispose();
      this.underWay = undefined;
    }
    post({ kind: 'turn', turn: shown(turn) });
    if (this.transcripts.current === conversation) {
      if (conversation.id !== undefined) {
        this.last.keep(conversation.id);
      }
      this.showConversation();
    }
  }

  /** In the place that the turn was asked about, whatever is selected or in front now. */
  private async apply(text: string, turnId: number): Promise<void> {
    const place = await this.askedAbout.place(turnId);
    if (typeof place !== 'object') {
      const why = place ?? 'This was not asked about a file.';
      const advice = place === undefined ? 'Use Insert to put it at the cursor.' : TO_APPLY;
      void vscode.window.showInformationMessage(`Hotseat: nothing was applied. ${why} ${advice}`);
      return;
    }
    const { document, range } = place;
    const edit = vscode.TextEdit.replace(range, withSameEnd(document.getText(range), text));
    await this.proposals.show(document, [edit], 'the answer');
  }

  private showContext(): void {
    if (!this.view?.visible) {
      return;
    }
    const editor = vscode.window.activeTextEditor;
    const known = editor && documentId(editor.document);
    const context: AskContext = {
      file: known && path.basename(editor.document.fileName),
      language: known && editor.document.languageId,
      selection: known && !editor.selection.isEmpty ? linesOf(editor.selection) : undefined,
    };
    this.post({ kind: 'context', context });
  }

  private showNeeds(): void {
    this.post({ kind: 'needs', words: this.downloads.neededWords });
  }

  private showConversation(): void {
    const turns = this.transcripts.current.turns.map(shown);
    this.post({ kind: 'conversation', turns, titles: this.transcripts.titles() });
  }

  private post(message: ToPage): void {
    void this.view?.webview.postMessage(message);
  }
}

function shown(turn: transcript.Turn): ShownTurn {
  return {
    ...turn,
    sources: turn.sources.map((source) => ({ ...source, label: sourceLabel(source) })),
  };
}

function sourceLabel({ uri, range }: Source): string {
  const name = vscode.workspace.asRelativePath(vscode.Uri.parse(uri));
  return `${name}, ${linesOf(range)}`;
}
