/** The Task mode of the panel's page: the plan with the state of each step, and its buttons. */

import type { TaskFile, TaskStep, TaskStepParams } from '../protocol.ts';
import {
  actions,
  added,
  dropped,
  isOpen,
  moved,
  reworded,
  type ShownTask,
  stepWords,
  taskWords,
} from '../pure/taskPlan.ts';
import { element } from './render.ts';
import type { TaskFromPage } from './taskMessages.ts';

type Post = (message: TaskFromPage) => void;

function button(label: string, title: string, onclick: () => void): HTMLElement {
  const properties = { type: 'button', className: 'link', textContent: label, title, onclick };
  const made = element('button', properties as Partial<HTMLButtonElement>);
  made.ariaLabel = title;
  return made;
}

/** The whole of a task. */
export function taskView(shown: ShownTask | undefined, post: Post): HTMLElement {
  if (!shown) {
    return element(
      'div',
      { className: 'taskhint' },
      element('p', {}, 'Describe a change over several files. You see the plan before it runs.'),
      element('p', {}, 'Nothing is changed before you have reviewed it.'),
      button('Earlier tasks…', 'Show an earlier task', () => post({ kind: 'taskChoose' })),
    );
  }
  const { task, texts, files } = shown;
  const steps = element(
    'ol',
    { className: 'steps' },
    ...task.steps.map((step, at) => stepView(step, at, shown, texts[step.id] ?? '', post)),
  );
  const made = element(
    'div',
    {},
    element('div', { className: 'question' }, task.instruction),
    element('p', { className: shown.problem ? 'failed' : 'taskstate' }, taskWords(shown)),
    steps,
  );
  if (task.state !== 'planning') {
    made.append(newStep(task.steps, post));
  }
  made.append(filesView(files, post), buttons(shown, post));
  return made;
}

function stepView(
  step: TaskStep,
  at: number,
  shown: ShownTask,
  text: string,
  post: Post,
): HTMLElement {
  const { steps } = shown.task;
  const change = (changed: TaskStepParams[]): void => post({ kind: 'taskChange', steps: changed });
  const name = button(step.path, `Open ${step.path}`, () =>
    post({ kind: 'taskOpen', uri: step.uri }),
  );
  const line = element('li', { className: step.state }, `${step.action} `, name, ' ');
  line.dataset.step = String(step.id);
  if (isOpen(step)) {
    const [before, after] = [steps[at - 1], steps[at + 1]];
    if (before && isOpen(before)) {
      line.append(button('↑', `Earlier: ${step.path}`, () => change(moved(steps, step.id, -1))));
    }
    if (after && isOpen(after)) {
      line.append(button('↓', `Later: ${step.path}`, () => change(moved(steps, step.id, 1))));
    }
    line.append(button('×', `Drop ${step.path}`, () => change(dropped(steps, step.id))));
    const what = element('input', { value: step.what, ariaLabel: `What to do in ${step.path}` });
    what.onchange = () => change(reworded(steps, step.id, what.value));
    line.append(what);
  } else {
    line.append(element('span', { className: 'what' }, step.what));
  }
  if (['loading', 'writing', 'checking'].includes(step.state)) {
    const title = `Cancel ${step.path}`;
    line.append(button('Cancel', title, () => post({ kind: 'taskCancel', step: step.id })));
  }
  line.append(element('div', { className: 'stepstate' }, stepWords(step)));
  if (text && step.state === 'writing') {
    line.append(element('pre', { className: 'steptext' }, text));
  }
  return line;
}

function newStep(steps: readonly TaskStep[], post: Post): HTMLElement {
  const path = element('input', { placeholder: 'path/of/a/file', ariaLabel: 'File of a new step' });
  const what = element('input', { placeholder: 'what to do in it', ariaLabel: 'A new step' });
  const add = button('Add step', 'Add a step to the plan', () => {
    if (path.value.trim() && what.value.trim()) {
      post({ kind: 'taskChange', steps: added(steps, path.value, what.value) });
    }
  });
  return element('div', { className: 'newstep' }, path, what, add);
}

const FILE_WORDS: Record<TaskFile['state'], string> = {
  proposed: 'to be reviewed',
  conflict: 'conflict',
  written: 'changed as proposed',
  changed: 'edited since',
  undone: 'undone',
};

function filesView(files: readonly TaskFile[], post: Post): HTMLElement {
  const lines = files.map((file) => {
    const title = `Show the difference of ${file.path}`;
    const name = button(file.path, title, () => post({ kind: 'taskDiff', path: file.path }));
    const note = file.note ? `: ${file.note}` : '';
    const words = ` ${FILE_WORDS[file.state]}${note}`;
    return element('li', { className: file.state }, name, words);
  });
  return element('ul', { className: 'taskfiles', hidden: lines.length === 0 }, ...lines);
}

function buttons(shown: ShownTask, post: Post): HTMLElement {
  const { run, cancel, review, undo } = actions(shown);
  const made = element('div', { className: 'row' });
  const add = (label: string, title: string, onclick: () => void): void => {
    const properties = { type: 'button', textContent: label, title, onclick };
    made.append(element('button', properties as Partial<HTMLButtonElement>));
  };
  if (run) {
    add(run, 'Run the steps that are not done', () => post({ kind: 'taskRun', inOrder: false }));
  }
  if (cancel) {
    const stop = (): void => post({ kind: 'taskCancel', step: undefined });
    add('Cancel', 'Stop the task; what is done stays', stop);
  }
  if (review) {
    add('Review…', 'Accept or reject each change', () => post({ kind: 'taskReview' }));
  }
  if (undo) {
    add('Undo…', 'Restore the files that were not edited since', () => post({ kind: 'taskUndo' }));
  }
  if (!cancel) {
    add('New Task', 'Begin another task', () => post({ kind: 'taskNew' }));
  }
  return made;
}
