/** What the server remembers of conversations: choose one of them, forget or pin a note. */

import * as vscode from 'vscode';

import { messageOf } from './edit.ts';
import { showError } from './notices.ts';
import { type MemoryParams, type MemoryResult, method, type RecalledNote } from './protocol.ts';
import {
  conversationEntries,
  type EarlierEntry,
  foundEntries,
  type PastAnswer,
  pastAnswers,
} from './pure/earlier.ts';
import type { Server } from './server/server.ts';

/** A pause in typing before the server searches. */
const SEARCH_AFTER_MS = 150;

const FORGET: vscode.QuickInputButton = {
  iconPath: new vscode.ThemeIcon('trash'),
  tooltip: 'Forget This Conversation',
};

export interface EarlierConversation {
  id: string;
  answers: PastAnswer[];
}

type Item = vscode.QuickPickItem & { entry?: EarlierEntry };

export class Memory {
  private readonly server: Server;

  constructor(server: Server) {
    this.server = server;
  }

  /** Undefined if the user chose none. */
  async choose(): Promise<EarlierConversation | undefined> {
    const list = await this.conversations();
    if (!list) {
      return undefined;
    }
    if (list.length === 0) {
      const text = 'Hotseat: no conversation is remembered in this workspace yet.';
      void vscode.window.showInformationMessage(text);
      return undefined;
    }
    const id = await this.pick(list);
    const result = id && (await this.request({ action: 'show', conversation: id }));
    return result ? { id, answers: pastAnswers(result.turns ?? []) } : undefined;
  }

  /** Undefined if nothing is remembered under that id; asks and says nothing. */
  async remembered(id: string): Promise<EarlierConversation | undefined> {
    try {
      const params: MemoryParams = { action: 'show', conversation: id };
      const { turns } = await this.server.request<MemoryResult>(method.memory, params);
      const answers = pastAnswers(turns ?? []);
      return answers.length > 0 ? { id, answers } : undefined;
    } catch {
      return undefined; // memory is off, or the server has just ended
    }
  }

  /** False if the user or the server refused. */
  async forget({ turn, fact }: RecalledNote): Promise<boolean> {
    return this.forgetFor('Forget this note for good?', idOf(turn, fact));
  }

  /** False if the server refused. */
  async pin({ turn, fact }: RecalledNote): Promise<boolean> {
    return (await this.request({ action: 'pin', ...idOf(turn, fact) })) !== undefined;
  }

  private pick(list: EarlierEntry[]): Promise<string | undefined> {
    const pick = vscode.window.createQuickPick<Item>();
    let conversations = list;
    let timer: NodeJS.Timeout | undefined;
    const show = (found: EarlierEntry[]): void => {
      pick.items = [
        ...conversations.map(itemOf),
        ...(found.length ? [SAID, ...found.map(itemOf)] : []),
      ];
      pick.busy = false;
    };
    const search = async (): Promise<void> => {
      const question = pick.value.trim();
      const result = question ? await this.request({ action: 'search', question }) : undefined;
      if (question === pick.value.trim()) {
        show(foundEntries(result?.turns ?? []));
      }
    };
    pick.title = 'Earlier Conversations';
    pick.placeholder = 'Search what was asked and answered; Enter opens the conversation';
    show([]);
    pick.onDidChangeValue(() => {
      clearTimeout(timer);
      pick.busy = true;
      timer = setTimeout(() => void search(), SEARCH_AFTER_MS);
    });
    pick.onDidTriggerItemButton(async ({ item }) => {
      const conversation = item.entry?.conversation;
      pick.ignoreFocusOut = true; // the confirmation takes the focus
      if (conversation && (await this.forgetConversation(conversation))) {
        conversations = (await this.conversations()) ?? [];
        await search();
      }
      pick.ignoreFocusOut = false;
    });
    return new Promise((resolve) => {
      pick.onDidAccept(() => {
        resolve(pick.selectedItems[0]?.entry?.conversation);
        pick.hide();
      });
      pick.onDidHide(() => {
        clearTimeout(timer);
        resolve(undefined);
        pick.dispose();
      });
      pick.show();
    });
  }

  private forgetConversation(conversation: string): Promise<boolean> {
    return this.forgetFor('Forget this conversation for good?', { conversation });
  }

  private async forgetFor(asked: string, what: Partial<MemoryParams>): Promise<boolean> {
    const options = { modal: true, detail: 'It is removed from this machine.' };
    const answer = await vscode.window.showWarningMessage(asked, options, 'Forget');
    return answer === 'Forget' && (await this.request({ action: 'forget', ...what })) !== undefined;
  }

  private async conversations(): Promise<EarlierEntry[] | undefined> {
    const result = await this.request({ action: 'list' });
    return result && conversationEntries(result.conversations ?? [], Date.now());
  }

  /** Undefined if the server refused: the user sees why. */
  private async request(params: MemoryParams): Promise<MemoryResult | undefined> {
    try {
      return await this.server.request<MemoryResult>(method.memory, params);
    } catch (error) {
      showError(messageOf(error));
      return undefined;
    }
  }
}

const SAID: Item = { label: 'What was said', kind: vscode.QuickPickItemKind.Separator };

function itemOf(entry: EarlierEntry): Item {
  const { label, description, alwaysShow } = entry;
  return { label, description, alwaysShow, entry, buttons: entry.isConversation ? [FORGET] : [] };
}

function idOf(turn: number | null, fact: number | null): Partial<MemoryParams> {
  return fact === null ? (turn === null ? {} : { turn }) : { fact };
}
