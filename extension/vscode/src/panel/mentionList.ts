/** The list of files and symbols under the question box, while an @ is typed there. */

import type { MentionItem } from '../protocol.ts';
import { mentionAt, type Typed, withMention } from '../pure/mention.ts';
import { element } from './render.ts';

/** Keys come faster than the index answers. */
const PAUSE_MS = 60;

export class MentionList {
  private readonly box: HTMLTextAreaElement;
  private readonly list: HTMLElement;
  private readonly ask: (id: number, text: string) => void;
  private readonly changed: () => void;
  private items: MentionItem[] = [];
  private at = 0;
  private typed: Typed | undefined;
  private asked = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;

  /** `ask` sends what was typed to the extension; `changed` is called when the question was. */
  constructor(
    box: HTMLTextAreaElement,
    list: HTMLElement,
    ask: (id: number, text: string) => void,
    changed: () => void,
  ) {
    this.box = box;
    this.list = list;
    this.ask = ask;
    this.changed = changed;
  }

  get isOpen(): boolean {
    return !this.list.hidden;
  }

  /** The question or the cursor has changed. */
  update(): void {
    clearTimeout(this.timer);
    const typed = mentionAt(this.box.value, this.box.selectionStart);
    if (!typed || typed.text === '') {
      this.close();
      return;
    }
    this.typed = typed;
    this.timer = setTimeout(() => this.ask(++this.asked, typed.text), PAUSE_MS);
  }

  /** The answer to a question of `ask`; an outdated one is dropped. */
  show(id: number, items: MentionItem[]): void {
    if (id !== this.asked || !this.typed) {
      return;
    }
    this.items = items;
    this.at = 0;
    this.list.hidden = items.length === 0;
    this.box.setAttribute('aria-expanded', String(this.isOpen));
    this.draw();
  }

  /** Take a key of the box; true if it was for the list. */
  key(key: string): boolean {
    if (!this.isOpen) {
      return false;
    }
    if (key === 'ArrowDown' || key === 'ArrowUp') {
      const step = key === 'ArrowDown' ? 1 : -1;
      this.at = (this.at + step + this.items.length) % this.items.length;
      this.draw();
      return true;
    }
    if (key === 'Enter' || key === 'Tab') {
      this.choose(this.at);
      return true;
    }
    if (key === 'Escape') {
      this.close();
      return true;
    }
    return false;
  }

  close(): void {
    clearTimeout(this.timer);
    this.asked++;
    this.typed = undefined;
    this.list.hidden = true;
    this.box.setAttribute('aria-expanded', 'false');
    this.box.removeAttribute('aria-activedescendant');
  }

  private choose(at: number): void {
    const item = this.items[at];
    if (item && this.typed) {
      const { question, cursor } = withMention(this.box.value, this.typed, item.insert);
      this.box.value = question;
      this.box.setSelectionRange(cursor, cursor);
      this.changed();
    }
    this.close();
    this.box.focus();
  }

  private draw(): void {
    const options = this.items.map(({ insert, kind, detail }, at) => {
      const name = element('span', { className: 'name', textContent: insert });
      const place = element('span', { className: 'detail', textContent: `${kind} ${detail}` });
      const option = element('div', { id: `mention${at}`, className: 'option' }, name, ' ', place);
      option.setAttribute('role', 'option');
      option.setAttribute('aria-selected', String(at === this.at));
      option.addEventListener('mousedown', (event) => {
        event.preventDefault(); // the box keeps the focus
        this.choose(at);
      });
      return option;
    });
    this.list.replaceChildren(...options);
    if (this.isOpen) {
      this.box.setAttribute('aria-activedescendant', `mention${this.at}`);
      options[this.at]?.scrollIntoView?.({ block: 'nearest' });
    }
  }
}
