import type { Problem, Rule } from '../../rule.ts'
import type { CheckedWorker } from '../../worker/checked-worker.ts'
import { characterProblems } from '../../worker/text-problems.ts'

/**
 * Control characters beside tab and line feed, and carriage returns within a line, over which a terminal writes again; zero-width and filler characters; tags, and letters of
 * private use. The joiners between pictographs, and a mark at the start of a file, are left to rules of their own.
 */
const INVISIBLE =
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u00ad\u115f\u1160\u180e\u200b\u200c\u2028\u2029\u2060-\u2064\u206a-\u206f\u3164\ue000-\uf8ff\ufeff\uffa0\ufff9-\ufffb]|\r(?!\n|$)|\u2800|\u034f|[\u17b4\u17b5]|[\u{e0000}-\u{e0fff}]|[\u{f0000}-\u{10ffff}]|(?<!\p{Extended_Pictographic}[\ufe0f\u{1f3fb}-\u{1f3ff}]?)\u200d/u

/** Nobody sees them, and programs do. */
export const invisibleCharacter: Rule<CheckedWorker> = {
  id: 'invisible-character',
  severity: 'error',
  summary: 'no text holds characters that nobody sees',
  check: (worker): readonly Problem[] => characterProblems(worker, INVISIBLE, 'cannot be seen'),
}
