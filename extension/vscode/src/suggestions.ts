/** Between VS Code and the language client: when there are suggestions, and asking again. */

import * as vscode from 'vscode';
import type { Middleware } from 'vscode-languageclient/node';

import type { Status } from './protocol.ts';
import { type MenuState, type Mode, menuEntries } from './pure/menu.ts';
import { isOn, isSilent, type Quiet, quietReason, toggled } from './pure/quiet.ts';
import { expertInFocus } from './pure/words.ts';
import * as settings from './settings.ts';

const SNOOZE_MINUTES = [5, 15, 60];

interface Asked {
  document: vscode.TextDocument;
  version: number;
  position: vscode.Position;
}

export class Suggestions implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  /** Whether there are suggestions, or why not, may have changed. */
  readonly onChange = this.changed.event;

  private snoozedUntilMs = 0;
  private wake: NodeJS.Timeout | undefined;
  /** The last request, if it was answered with nothing: the user waits there. */
  private unanswered: Asked | undefined;
  private wasWarm = false;
  private askingAgain = false;

  readonly middleware: Middleware = {
    provideInlineCompletionItems: async (document, position, context, token, next) => {
      const { Automatic, Invoke } = vscode.InlineCompletionTriggerKind;
      const asked: Asked = { document, version: document.version, position };
      if (this.askingAgain) {
        this.askingAgain = false;
        // It was not asked for by hand, so the filter applies.
        context = { ...context, triggerKind: Automatic };
      }
      const isByHand = context.triggerKind === Invoke;
      if (isSilent(this.quiet(), Date.now(), document.languageId, isByHand)) {
        return [];
      }
      const answer = await next(document, position, context, token);
      const items = Array.isArray(answer) ? answer : answer?.items;
      if (!token.isCancellationRequested) {
        this.unanswered = items?.length ? undefined : asked;
      }
      return answer;
    },
  };

  dispose(): void {
    clearTimeout(this.wake);
    this.changed.dispose();
  }

  /** Why there are none now for `languageId`, in words. */
  quietReason(languageId: string | undefined): string | undefined {
    return quietReason(this.quiet(), Date.now(), languageId);
  }

  menuState(): Omit<MenuState, 'needed' | 'isRunning'> {
    const { mode, snoozedUntilMs, switches } = this.quiet();
    const languageId = vscode.window.activeTextEditor?.document.languageId;
    const isLanguageOn = languageId === undefined || isOn(switches, languageId);
    return { mode, isSnoozed: Date.now() < snoozedUntilMs, languageId, isLanguageOn };
  }

  async setMode(mode: Mode | undefined): Promise<void> {
    if (mode !== undefined) {
      await settings.setMode(mode);
      return;
    }
    const entries = menuEntries({ ...this.menuState(), needed: '', isRunning: true });
    const modes = entries.flatMap((one) => ('argument' in one ? [one] : []));
    const choice = await vscode.window.showQuickPick(modes, { title: 'Hotseat: suggestions' });
    if (choice?.argument) {
      await settings.setMode(choice.argument);
    }
  }

  /** A setting that counts here has changed. */
  settingsChanged(): void {
    if (settings.mode() === 'off') {
      void vscode.commands.executeCommand('editor.action.inlineSuggest.hide');
    }
    this.changed.fire();
  }

  async snooze(): Promise<void> {
    if (Date.now() < this.snoozedUntilMs) {
      this.snoozeFor(0);
      return;
    }
    const choices = SNOOZE_MINUTES.map((minutes) => ({ label: `${minutes} minutes`, minutes }));
    const title = 'Hotseat: no suggestions for';
    const choice = await vscode.window.showQuickPick(choices, { title });
    if (choice) {
      this.snoozeFor(choice.minutes);
    }
  }

  async toggleLanguage(): Promise<void> {
    const languageId = vscode.window.activeTextEditor?.document.languageId;
    if (languageId === undefined) {
      void vscode.window.showInformationMessage('Hotseat: open a file of the language first.');
      return;
    }
    const effective = settings.languageSwitches();
    const switches = toggled(settings.ownLanguageSwitches(), effective, languageId);
    await settings.setLanguageSwitches(switches);
    const now = isOn(effective, languageId) ? 'off' : 'on';
    vscode.window.setStatusBarMessage(`Hotseat: suggestions are ${now} for ${languageId}.`, 5_000);
  }

  /** The first request may have come too early, when its expert was not warm: ask again. */
  statusChanged(status: Status): void {
    const isWarm = expertInFocus(status)?.state === 'warm';
    const asked = this.unanswered;
    if (isWarm && !this.wasWarm && asked) {
      const editor = vscode.window.activeTextEditor;
      const isThere =
        editor?.document === asked.document &&
        editor.document.version === asked.version &&
        editor.selection.isEmpty &&
        editor.selection.active.isEqual(asked.position);
      if (isThere) {
        this.unanswered = undefined;
        this.askAgain();
      }
    }
    this.wasWarm = isWarm;
  }

  private quiet(): Quiet {
    const { snoozedUntilMs } = this;
    return { mode: settings.mode(), snoozedUntilMs, switches: settings.languageSwitches() };
  }

  /** As if a key had been pressed. */
  private askAgain(): void {
    this.askingAgain = true;
    void vscode.commands.executeCommand('editor.action.inlineSuggest.trigger');
  }

  private snoozeFor(minutes: number): void {
    clearTimeout(this.wake);
    this.snoozedUntilMs = Date.now() + minutes * 60_000;
    this.changed.fire();
    if (minutes > 0) {
      void vscode.commands.executeCommand('editor.action.inlineSuggest.hide');
      this.wake = setTimeout(() => this.changed.fire(), minutes * 60_000 + 100);
    }
  }
}
