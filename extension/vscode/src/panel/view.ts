/** The script of the Ask panel's page. */

import { examples } from '../pure/examples.ts';
import { MentionList } from './mentionList.ts';
import type { AskContext, FromPage, ShownTurn, ToPage } from './messages.ts';
import { type NoteActions, recalledView } from './recalled.ts';
import { AnswerView, type CodeActions, element } from './render.ts';
import { type PartActions, shownPartsView } from './shownParts.ts';
import { TaskMode } from './taskMode.ts';
import { type FooterActions, turnFooter } from './turnFooter.ts';

interface Api {
  postMessage(message: FromPage): void;
  getState(): { draft?: string } | undefined;
  setState(state: { draft: string }): void;
}
declare function acquireVsCodeApi(): Api;

const api = acquireVsCodeApi();
const byId = <T extends HTMLElement>(id: string): T => document.getElementById(id) as T;
const transcript = byId('transcript');
const hint = byId('hint');
const form = byId<HTMLFormElement>('ask');
const question = byId<HTMLTextAreaElement>('question');
const send = byId<HTMLButtonElement>('send');
const stop = byId<HTMLButtonElement>('stop');
const history = byId<HTMLSelectElement>('history');
const chips = byId('context');
const said = byId('said');
const conversations = byId('conversations');

let turns: ShownTurn[] = [];
/** The turn whose question the box has, to be asked in other words. */
let changing: number | undefined;
let context: AskContext = { file: undefined, language: undefined, selection: undefined };
let withFile = true;
let withSelection = true;
const toDraw = new Set<number>();

interface Drawn {
  article: HTMLElement;
  answer: AnswerView;
  recalled: HTMLElement;
  shown: HTMLElement;
  footer: HTMLElement;
}
/** The nodes of each turn that is shown, by its id. */
const drawn = new Map<number, Drawn>();

const actionsOf = (turn: number): CodeActions => ({
  insert: (text) => api.postMessage({ kind: 'insert', text }),
  copy: (text) => api.postMessage({ kind: 'copy', text }),
  apply: (text) => api.postMessage({ kind: 'apply', text, turn }),
});

const noteActionsOf = (turn: number): NoteActions => ({
  forget: (at) => api.postMessage({ kind: 'forget', turn, at }),
  pin: (at) => api.postMessage({ kind: 'pin', turn, at }),
});

const partActionsOf = (turn: ShownTurn): PartActions => ({
  // Only the last question can be asked once more.
  remove:
    turn === turns.at(-1) && turn.state !== 'streaming'
      ? (id) => api.postMessage({ kind: 'again', id })
      : undefined,
  reveal: (item) => api.postMessage({ kind: 'revealPart', item }),
});

const footerActions: FooterActions = {
  again: () => api.postMessage({ kind: 'again' }),
  againWithoutFile: () => api.postMessage({ kind: 'againWithoutFile' }),
  reveal: ({ uri, range }) => api.postMessage({ kind: 'reveal', source: { uri, range } }),
};

const mentions = new MentionList(
  question,
  byId('mentions'),
  (id, text) => api.postMessage({ kind: 'mention', id, text }),
  () => api.setState({ draft: question.value }),
);

const tasks = new TaskMode(byId, question, (message) => api.postMessage(message));

window.addEventListener('message', ({ data }: MessageEvent<ToPage>) => {
  if (tasks.receive(data)) {
    return;
  }
  switch (data.kind) {
    case 'conversation':
      turns = data.turns;
      changing = turns.find((turn) => turn.id === changing)?.id;
      showHistory(data.titles);
      transcript.replaceChildren();
      drawn.clear();
      turns.forEach((turn) => draw(turn));
      break;
    case 'turn': {
      const at = turns.findIndex((turn) => turn.id === data.turn.id);
      turns = at < 0 ? [...turns, data.turn] : turns.with(at, data.turn);
      draw(data.turn);
      break;
    }
    case 'grow': {
      const turn = turns.find((one) => one.id === data.id);
      if (turn) {
        turn.answer += data.text;
        drawSoon(turn.id);
      }
      break;
    }
    case 'waited': {
      const turn = turns.find((one) => one.id === data.id);
      if (turn) {
        turn.waitedS = data.waitedS;
        draw(turn);
      }
      break;
    }
    case 'context':
      // Removed once, a part is left out until the user opens another file.
      if (data.context.file !== context.file) {
        withFile = true;
        withSelection = true;
      }
      context = data.context;
      showChips();
      showExamples();
      break;
    case 'needs':
      byId('needed').textContent = `Hotseat needs ${data.words} on this machine.`;
      byId('needs').hidden = data.words === '';
      break;
    case 'mentions':
      mentions.show(data.id, data.items);
      break;
    case 'focus':
      question.focus();
      api.postMessage({ kind: 'focused' });
  }
  showState();
});

/** Show more of an answer in the next frame: parts arrive faster than the screen is drawn. */
function drawSoon(id: number): void {
  if (toDraw.size === 0) {
    requestAnimationFrame(() => {
      const due = turns.filter((turn) => toDraw.has(turn.id));
      toDraw.clear();
      keepingEndInView(false, () => {
        due.forEach((turn) => drawn.get(turn.id)?.answer.show(turn.answer));
      });
    });
  }
  toDraw.add(id);
}

/** Show a turn, or what has changed in it. */
function draw(turn: ShownTurn): void {
  const known = drawn.get(turn.id);
  const parts = known ?? begin(turn);
  drawn.set(turn.id, parts);
  keepingEndInView(!known, () => {
    if (!known) {
      transcript.append(parts.article);
    }
    parts.answer.show(turn.answer);
    parts.answer.element.ariaBusy = String(turn.state === 'streaming');
    const recalled = recalledView(turn.notes, noteActionsOf(turn.id), parts.recalled);
    const hadFocus = parts.recalled.contains(document.activeElement);
    parts.recalled.replaceWith(recalled);
    if (hadFocus) {
      recalled.querySelector('summary')?.focus(); // the button that was pressed is gone
    }
    parts.recalled = recalled;
    const shown = shownPartsView(turn.shown, turn.leftOut, partActionsOf(turn), parts.shown);
    parts.shown.replaceWith(shown);
    parts.shown = shown;
    const changed = turnFooter(turn, turn === turns.at(-1), footerActions);
    parts.footer.replaceWith(changed);
    parts.footer = changed;
  });
}

function begin(turn: ShownTurn): Drawn {
  const title = 'Change this question, and ask it in a conversation of its own';
  const onclick = (): void => change(turn);
  const edit = { type: 'button', className: 'link change', textContent: 'Change', title, onclick };
  const asked = element(
    'div',
    { className: 'asked' },
    element('div', { className: 'question', textContent: turn.question }),
    element('button', edit as Partial<HTMLButtonElement>),
  );
  const answer = new AnswerView(actionsOf(turn.id));
  const placeholder = element('footer');
  const recalled = element('div');
  const shown = element('div');
  const parts = [asked, answer.element, shown, recalled, placeholder];
  const article = element('article', { id: `turn${turn.id}` }, ...parts);
  article.ariaLabel = `Question: ${turn.question}`;
  return { article, answer, recalled, shown, footer: placeholder };
}

/** Scroll to the end after `change` if the end was in view before, or if `always`. */
function keepingEndInView(always: boolean, change: () => void): void {
  const isAtEnd = transcript.scrollHeight - transcript.scrollTop - transcript.clientHeight < 40;
  change();
  if (isAtEnd || always) {
    transcript.scrollTop = transcript.scrollHeight;
  }
}

function showHistory(titles: { index: number; title: string; current: boolean }[]): void {
  const options = titles.map(({ index, title, current }) =>
    element('option', { value: String(index), textContent: title.slice(0, 60), selected: current }),
  );
  if (!titles.some((entry) => entry.current)) {
    options.unshift(
      element('option', { value: '', textContent: 'New conversation', selected: true }),
    );
  }
  history.replaceChildren(...options);
  conversations.hidden = options.length < 2;
}

function showChips(): void {
  const made: Node[] = [];
  const chip = (label: string, on: boolean, toggle: () => void): void => {
    const title = on ? `Leave out ${label}` : `Send ${label} too`;
    const button = element('button', {
      type: 'button',
      title,
      ariaLabel: title,
      ariaPressed: String(on),
    });
    button.className = on ? 'chip' : 'chip off';
    button.textContent = on ? `${label} ×` : `${label} +`;
    button.onclick = () => {
      toggle();
      showChips();
      chips.querySelector<HTMLElement>(`[data-label="${CSS.escape(label)}"]`)?.focus();
    };
    button.dataset.label = label;
    made.push(button);
  };
  if (context.file) {
    chip(context.file, withFile, () => (withFile = !withFile));
  }
  if (context.file && context.selection && withFile) {
    chip(context.selection, withSelection, () => (withSelection = !withSelection));
  }
  chips.replaceChildren(...made);
}

function showExamples(): void {
  const asking = examples(context.language).map((text) => {
    const onclick = (): void => {
      question.value = text;
      ask();
    };
    return element('button', { type: 'button', className: 'link', textContent: text, onclick });
  });
  byId('examples').replaceChildren(...asking);
}

function showState(): void {
  const isStreaming = turns.some((turn) => turn.state === 'streaming');
  if (stop.hidden === isStreaming) {
    said.textContent = '';
    stop.disabled = false;
    stop.textContent = 'Stop';
  }
  send.hidden = isStreaming;
  stop.hidden = !isStreaming;
  hint.hidden = turns.length > 0;
}

function stopAnswer(): void {
  stop.disabled = true;
  stop.textContent = 'Stopping…';
  api.postMessage({ kind: 'stop' });
}

function ask(): void {
  const text = question.value.trim();
  if (text && tasks.submit(text)) {
    clearQuestion();
  } else if (text && send.hidden) {
    said.textContent = 'An answer is coming: wait for it, or press Esc to stop it.';
  } else if (text) {
    const what = { question: text, withFile, withSelection };
    api.postMessage(
      changing === undefined
        ? { kind: 'ask', ...what }
        : { kind: 'askInstead', turn: changing, ...what },
    );
    clearQuestion();
  }
}

/** Put the question of `turn` into the box; what is asked then begins a conversation. */
function change(turn: ShownTurn): void {
  changing = turn.id;
  question.value = turn.question;
  question.focus();
  said.textContent = 'Asks this in a conversation of its own; Esc keeps the old question.';
}

function clearQuestion(): void {
  mentions.close();
  changing = undefined;
  said.textContent = '';
  question.value = '';
  api.setState({ draft: '' });
}

form.addEventListener('submit', (event) => {
  event.preventDefault();
  ask();
});
question.addEventListener('keydown', (event) => {
  if (!event.isComposing && mentions.key(event.key)) {
    event.preventDefault();
    event.stopPropagation();
  } else if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    ask();
  } else if (event.key === 'ArrowUp' && question.value === '') {
    event.preventDefault();
    question.value = turns.at(-1)?.question ?? '';
  }
});
document.addEventListener('keydown', (event) => {
  // Typed at the page itself: meant for the question. The key goes to what has the focus then.
  const isText = event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey;
  if (isText && document.activeElement === document.body) {
    question.focus();
  }
});
document.addEventListener('keydown', (event) => {
  if (event.key === 'Escape' && !stop.hidden) {
    stopAnswer();
  } else if (event.key === 'Escape' && changing !== undefined) {
    clearQuestion();
  }
});
question.addEventListener('input', () => {
  api.setState({ draft: question.value });
  mentions.update();
});
question.addEventListener('click', () => mentions.update());
question.addEventListener('blur', () => mentions.close());
byId('download').addEventListener('click', () => api.postMessage({ kind: 'download' }));
byId('earlier').addEventListener('click', () => api.postMessage({ kind: 'earlier' }));
stop.addEventListener('click', stopAnswer);
history.addEventListener('change', () => {
  if (history.value !== '') {
    api.postMessage({ kind: 'open', index: Number(history.value) });
  }
});

question.value = api.getState()?.draft ?? '';
showExamples();
showState();
if (document.hasFocus()) {
  question.focus(); // at once: a user who opened it by a key types on
}
api.postMessage({ kind: 'ready' });
