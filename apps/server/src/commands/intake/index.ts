export { type UnplacedReason, unplacedReasons } from './model.ts';
export type { Unplaced, UnplacedState } from './sql.ts';
export { type MessageOutcome, type MessageResult, messagesBound, takeInMessages } from './take-in.ts';
export { dismissUnplaced, listUnplaced, placeReports, replayUnplaced } from './unplaced.ts';
