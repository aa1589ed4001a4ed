/** What went into an answer's prompt, as one line that unfolds; each part can be left out. */

import type { ContextItem } from '../protocol.ts';
import { sizeWords } from '../pure/contextWords.ts';
import { element } from './render.ts';

export interface PartActions {
  /** Ask once more without the part; undefined where that is not possible now. */
  remove: ((id: string) => void) | undefined;
  reveal(item: ContextItem): void;
}

/** An empty element if nothing is known. It is as open as `before`, which it replaces. */
export function shownPartsView(
  items: readonly ContextItem[],
  leftOut: readonly string[],
  actions: PartActions,
  before?: HTMLElement,
): HTMLElement {
  if (items.length === 0 && leftOut.length === 0) {
    return element('div', { hidden: true });
  }
  const total = items.reduce((sum, item) => sum + item.bytes, 0);
  const summary = `Shown to the model: ${sizeWords(total)}`;
  const made = element('details', { className: 'shown' }, element('summary', {}, summary));
  made.append(
    element(
      'ul',
      {},
      ...items.map((item) => part(item, actions)),
      ...leftOut.map((text) => element('li', { className: 'leftout' }, `not shown: ${text}`)),
    ),
  );
  made.open = (before as HTMLDetailsElement | undefined)?.open ?? false;
  return made;
}

function part(item: ContextItem, { remove, reveal }: PartActions): HTMLElement {
  const button = (label: string, title: string, onclick: () => void): HTMLElement => {
    const properties = { type: 'button', className: 'link', textContent: label, title, onclick };
    return element('button', properties as Partial<HTMLButtonElement>);
  };
  const name = item.uri
    ? button(item.title, `Open ${item.title}`, () => reveal(item))
    : element('span', { textContent: item.title });
  const cut = item.cut ? ', only its beginning' : '';
  const line = element('li', {}, `${item.kind}: `, name, ` ${sizeWords(item.bytes)}${cut}`);
  if (remove) {
    const title = `Ask once more without ${item.title}`;
    const made = button('×', title, () => remove(item.id));
    made.ariaLabel = title;
    line.append(' ', made);
  }
  return line;
}
