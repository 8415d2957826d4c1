import type { JudgedWorker } from './judged-worker.ts'
import { LANGUAGE_MODELS } from './language-models.ts'
import { OTHER } from './other.ts'
import { PICTURES } from './pictures.ts'
import { SPEECH } from './speech.ts'
import { TEXT } from './text.ts'

export type { JudgedWorker } from './judged-worker.ts'

/** A catalog small enough that every worker of it was considered for every judged query. */
export const CORPUS: readonly JudgedWorker[] = [...LANGUAGE_MODELS, ...TEXT, ...SPEECH, ...PICTURES, ...OTHER]
