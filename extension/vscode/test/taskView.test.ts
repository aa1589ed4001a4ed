/** A task as nodes, in a document of linkedom's. */

import assert from 'node:assert/strict';
import { before, test } from 'node:test';

import { parseHTML } from 'linkedom';

import type { TaskFromPage } from '../src/panel/taskMessages.ts';
import { taskView } from '../src/panel/taskView.ts';
import type { TaskStep } from '../src/protocol.ts';
import { type ShownTask, shownTask } from '../src/pure/taskPlan.ts';

before(() => {
  Object.assign(globalThis, { document: parseHTML('<html><body></body></html>').document });
});

function step(id: number, more: Partial<TaskStep> = {}): TaskStep {
  const path = `${id}.go`;
  const known = {
    action: 'edit',
    symbols: [],
    after: [],
    note: '',
    seconds: 0,
    tokens: 0,
  } as const;
  return {
    ...{ ...known, symbols: [], after: [], id, path, uri: `file:///${path}`, language: 'go' },
    ...{ what: `change ${id}`, state: 'waiting', expert: 'go', ...more },
  };
}

function shown(steps: TaskStep[], state: ShownTask['task']['state']): ShownTask {
  const task = { id: 't', instruction: 'Rename <b>', note: '', createdS: 0, updatedS: 0 };
  return shownTask({ ...task, state, steps });
}

function press(view: HTMLElement, label: string): void {
  const found = [...view.querySelectorAll('button')].find(
    (one) => one.ariaLabel === label || one.textContent === label,
  );
  assert.ok(found, label);
  (found as unknown as { onclick(): void }).onclick();
}

test('without a task there is a hint, and the way to earlier ones', () => {
  const sent: TaskFromPage[] = [];
  press(
    taskView(undefined, (message) => sent.push(message)),
    'Show an earlier task',
  );
  assert.deepEqual(sent, [{ kind: 'taskChoose' }]);
});

test('a plan is edited by buttons with names, and run', () => {
  const sent: TaskFromPage[] = [];
  const view = taskView(shown([step(1), step(2)], 'planned'), (message) => sent.push(message));
  assert.equal(view.querySelector('b'), null, 'an instruction is text');
  press(view, 'Later: 1.go');
  press(view, 'Drop 2.go');
  press(view, 'Run');
  const orders = sent.map((message) =>
    message.kind === 'taskChange' ? message.steps.map(({ id }) => id) : message.kind,
  );
  assert.deepEqual(orders, [[2, 1], [1], 'taskRun']);
});

test('a step under way has its text and can be cancelled; nothing moves before it', () => {
  const sent: TaskFromPage[] = [];
  const one = shown([step(1, { state: 'writing' }), step(2)], 'running');
  one.texts[1] = 'func <main>';
  const view = taskView(one, (message) => sent.push(message));
  assert.equal(view.querySelector('.steptext')?.textContent, 'func <main>');
  const names = [...view.querySelectorAll('button')].map((button) => button.ariaLabel);
  assert.ok(!names.includes('Earlier: 2.go'));
  press(view, 'Cancel 1.go');
  assert.deepEqual(sent, [{ kind: 'taskCancel', step: 1 }]);
});

test('a conflict is shown with its reason, and what can be reviewed has a button', () => {
  const sent: TaskFromPage[] = [];
  const one = shown([step(1, { state: 'done' })], 'done');
  const file = { uri: 'file:///a', steps: [1], diff: '', oldText: '', newText: '' };
  one.files = [
    { ...file, path: 'a.go', state: 'proposed', note: '' },
    { ...file, path: 'b.go', state: 'conflict', note: 'it changed while the task ran' },
  ];
  const view = taskView(one, (message) => sent.push(message));
  const lines = [...view.querySelectorAll('.taskfiles li')].map((line) => line.textContent);
  assert.deepEqual(lines, ['a.go to be reviewed', 'b.go conflict: it changed while the task ran']);
  press(view, 'Review…');
  press(view, 'Show the difference of b.go');
  assert.deepEqual(sent, [{ kind: 'taskReview' }, { kind: 'taskDiff', path: 'b.go' }]);
});
