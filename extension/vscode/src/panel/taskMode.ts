/** The page's switch between questions and tasks. */

import type { ShownTask } from '../pure/taskPlan.ts';
import { element } from './render.ts';
import type { TaskFromPage, TaskToPage } from './taskMessages.ts';
import { taskView } from './taskView.ts';

const PLACEHOLDERS = {
  ask: 'Ask Hotseat (Enter sends, Shift+Enter: new line, @ names a file or symbol)',
  task: 'Describe a change over several files (Enter plans it, @ names a file or symbol)',
};

export class TaskMode {
  private readonly post: (message: TaskFromPage) => void;
  private readonly root: HTMLElement;
  private readonly input: HTMLTextAreaElement;
  private readonly tabs: Record<'ask' | 'task', HTMLElement>;
  private mode: 'ask' | 'task' = 'ask';

  constructor(
    byId: (id: string) => HTMLElement,
    input: HTMLTextAreaElement,
    post: (message: TaskFromPage) => void,
  ) {
    this.post = post;
    this.root = byId('task');
    this.input = input;
    this.tabs = { ask: byId('asking'), task: byId('tasking') };
    this.tabs.ask.addEventListener('click', () => this.enter('ask'));
    this.tabs.task.addEventListener('click', () => this.enter('task'));
    this.enter('ask');
    this.show(undefined);
  }

  /** Whether the message was about tasks. */
  receive(message: TaskToPage | { kind: string }): message is TaskToPage {
    switch (message.kind) {
      case 'mode':
        this.enter((message as Extract<TaskToPage, { kind: 'mode' }>).mode);
        return true;
      case 'task':
        this.show((message as Extract<TaskToPage, { kind: 'task' }>).shown);
        return true;
      case 'taskText':
        this.grow(message as Extract<TaskToPage, { kind: 'taskText' }>);
        return true;
      default:
        return false;
    }
  }

  /** Whether the text was the instruction of a task. */
  submit(text: string): boolean {
    if (this.mode === 'task') {
      this.post({ kind: 'taskPlan', instruction: text });
    }
    return this.mode === 'task';
  }

  private enter(mode: 'ask' | 'task'): void {
    this.mode = mode;
    document.body.dataset.mode = mode;
    this.tabs.ask.ariaSelected = String(mode === 'ask');
    this.tabs.task.ariaSelected = String(mode === 'task');
    this.input.placeholder = PLACEHOLDERS[mode];
  }

  /** A field that the user types in is not taken away: its text is put back. */
  private show(shown: ShownTask | undefined): void {
    const focused = this.root.contains(document.activeElement) ? document.activeElement : null;
    const label = focused?.ariaLabel ?? null;
    const typed = focused instanceof HTMLInputElement ? focused.value : undefined;
    this.root.replaceChildren(taskView(shown, this.post));
    if (label !== null) {
      const same = [...this.root.querySelectorAll<HTMLElement>('input, button')];
      const found = same.find((one) => one.ariaLabel === label);
      if (found instanceof HTMLInputElement && typed !== undefined) {
        found.value = typed;
      }
      found?.focus();
    }
  }

  private grow({ stepId, text }: { stepId: number; text: string }): void {
    const line = this.root.querySelector(`[data-step="${stepId}"]`);
    const written = line?.querySelector('.steptext');
    if (written) {
      written.append(text);
      written.scrollTop = written.scrollHeight;
    } else {
      line?.append(element('pre', { className: 'steptext' }, text));
    }
  }
}
