/** A task as the panel shows it: what the server's parts change, and how the user edits the plan. */

import type { Task, TaskFile, TaskPart, TaskState, TaskStep, TaskStepParams } from '../protocol.ts';

export interface ShownTask {
  task: Task;
  /** What the plan waits for. */
  note: string;
  files: TaskFile[];
  /** What went wrong with the last request. */
  problem: string;
  /** What each step's expert has written, by the step's id. */
  texts: Record<number, string>;
}

/** The end of a long text is enough to see that it grows. */
const MAX_TEXT = 4000;

export function shownTask(task: Task): ShownTask {
  return { task, note: '', files: [], problem: '', texts: {} };
}

/** What is shown after a part; the same object if nothing but a text grew. */
export function withPart(shown: ShownTask | undefined, part: TaskPart): ShownTask | undefined {
  if (part.task) {
    return { ...(shown ?? shownTask(part.task)), task: part.task };
  }
  if (!shown) {
    return undefined;
  }
  if (part.step) {
    return withStep(shown, part.step);
  }
  if (part.note !== undefined) {
    return { ...shown, note: part.note };
  }
  if (part.stepId !== undefined && part.text) {
    const text = (shown.texts[part.stepId] ?? '') + part.text;
    shown.texts[part.stepId] = text.slice(-MAX_TEXT);
  }
  return shown;
}

function withStep(shown: ShownTask, step: TaskStep): ShownTask {
  const before = shown.task.steps.find(({ id }) => id === step.id);
  const begins = step.state === 'writing' && before?.state !== 'writing';
  const steps = shown.task.steps.map((one) => (one.id === step.id ? step : one));
  const texts = begins ? { ...shown.texts, [step.id]: '' } : shown.texts;
  return { ...shown, task: { ...shown.task, steps }, texts };
}

/** A step can be moved, changed and dropped until it begins. */
export function isOpen(step: TaskStep): boolean {
  return step.state === 'waiting';
}

export function params(steps: readonly TaskStep[]): TaskStepParams[] {
  return steps.map(({ id, path, what, action, symbols, after }) => ({
    id,
    path,
    what,
    action,
    symbols,
    after,
  }));
}

/** The steps with one moved up (-1) or down (1) among those that have not begun. */
export function moved(steps: readonly TaskStep[], id: number, by: -1 | 1): TaskStepParams[] {
  const at = steps.findIndex((step) => step.id === id);
  const other = steps[at + by];
  const changed = [...steps];
  const step = steps[at];
  if (step && other && isOpen(step) && isOpen(other)) {
    changed[at] = other;
    changed[at + by] = step;
  }
  return params(changed);
}

/** The steps without one; those that come after it no longer wait for it. */
export function dropped(steps: readonly TaskStep[], id: number): TaskStepParams[] {
  const left = steps.filter((step) => step.id !== id || !isOpen(step));
  const ids = new Set(left.map((step) => step.id));
  return params(left).map((step) => ({
    ...step,
    after: (step.after ?? []).filter((one) => ids.has(one)),
  }));
}

export function added(steps: readonly TaskStep[], path: string, what: string): TaskStepParams[] {
  return [...params(steps), { path: path.trim(), what: what.trim() }];
}

/** The steps with another text for one. */
export function reworded(steps: readonly TaskStep[], id: number, what: string): TaskStepParams[] {
  return params(steps).map((step) => (step.id === id ? { ...step, what: what.trim() } : step));
}

export function isUnderWay(state: TaskState): boolean {
  return state === 'planning' || state === 'running';
}

/** `go writes, 12 s, 300 tokens`. */
export function stepWords(step: TaskStep): string {
  const by = step.expert ?? 'no expert yet';
  const what = {
    waiting: by,
    loading: `${by} loads`,
    writing: `${by} writes`,
    checking: `the text of ${by} is checked`,
    done: `done by ${by}`,
    failed: 'failed',
    cancelled: 'cancelled',
  }[step.state];
  const seconds = step.seconds >= 1 ? [`${Math.round(step.seconds)} s`] : [];
  const tokens = step.tokens > 0 ? [`${step.tokens} tokens`] : [];
  const note = step.note ? [step.note] : [];
  return [what, ...seconds, ...tokens, ...note].join(', ');
}

export function taskWords({ task, note, problem }: ShownTask): string {
  if (problem) {
    return problem;
  }
  const done = task.steps.filter((step) => step.state === 'done').length;
  const counted = `${done} of ${task.steps.length} steps done`;
  const words = {
    planning: note ? `planning: ${note}` : 'planning…',
    planned: 'Check the plan: move, drop or add steps, then run it.',
    running: note ? `${counted}, ${note}` : counted,
    stopped: `stopped, ${counted}`,
    done: `${counted}; nothing is changed before you review it`,
    failed: 'no step gave a result',
  }[task.state];
  return [words, task.note].filter(Boolean).join('. ');
}

/** Which buttons the task has now. */
export interface TaskActions {
  run: string;
  cancel: boolean;
  review: boolean;
  undo: boolean;
}

export function actions({ task, files }: ShownTask): TaskActions {
  const isOpenTask = ['planned', 'stopped', 'failed'].includes(task.state);
  const left = task.steps.some((step) => step.state !== 'done');
  const retry = task.state === 'done' && left;
  const label =
    task.state === 'planned' ? 'Run' : task.state === 'stopped' ? 'Resume' : 'Try Again';
  return {
    run: task.steps.length > 0 && (isOpenTask || retry) ? label : '',
    cancel: isUnderWay(task.state),
    review: files.some((file) => file.state === 'proposed'),
    undo: files.some((file) => file.state === 'written'),
  };
}
