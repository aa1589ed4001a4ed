/** Between VS Code and the language client: snooze, languages off, and asking again once warm. */

import * as vscode from 'vscode';
import type { Middleware } from 'vscode-languageclient/node';

import type { Status } from './protocol.ts';
import { isOn, quietReason, toggled } from './pure/quiet.ts';
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
      if (this.quietReason(document.languageId) !== undefined) {
        return [];
      }
      const asked: Asked = { document, version: document.version, position };
      if (this.askingAgain) {
        this.askingAgain = false;
        // No key was pressed for it, so the filter applies.
        const automatic = vscode.InlineCompletionTriggerKind.Automatic;
        context = { ...context, triggerKind: automatic };
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
    return quietReason(this.snoozedUntilMs, Date.now(), settings.languageSwitches(), languageId);
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
    const switches = toggled(settings.languageSwitches(), languageId);
    await settings.setLanguageSwitches(switches);
    const now = isOn(switches, languageId) ? 'on' : 'off';
    void vscode.window.showInformationMessage(`Hotseat: suggestions are ${now} for ${languageId}.`);
    this.changed.fire();
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
        this.askingAgain = true;
        void vscode.commands.executeCommand('editor.action.inlineSuggest.trigger');
      }
    }
    this.wasWarm = isWarm;
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
