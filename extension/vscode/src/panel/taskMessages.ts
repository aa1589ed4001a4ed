/** What the panel's page and the extension send each other about tasks. */

import type { TaskFile, TaskStepParams } from '../protocol.ts';
import type { ShownTask } from '../pure/taskPlan.ts';

export type TaskToPage =
  | { kind: 'mode'; mode: 'ask' | 'task' }
  /** The whole task; without one, there is none. */
  | { kind: 'task'; shown: ShownTask | undefined }
  | { kind: 'taskText'; stepId: number; text: string };

export type TaskFromPage =
  | { kind: 'taskPlan'; instruction: string }
  /** Run the plan that is shown, or go on with a task that was stopped. */
  | { kind: 'taskRun'; inOrder: boolean }
  | { kind: 'taskChange'; steps: TaskStepParams[] }
  /** One step, or the whole task. */
  | { kind: 'taskCancel'; step: number | undefined }
  | { kind: 'taskReview' | 'taskUndo' | 'taskNew' | 'taskChoose' }
  | { kind: 'taskOpen'; uri: string }
  | { kind: 'taskDiff'; path: TaskFile['path'] };
