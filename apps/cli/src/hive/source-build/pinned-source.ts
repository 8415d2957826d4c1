import type { BuildSource } from './build-script.ts'
import type { PinnedRepository } from './git-source.ts'

/** A source of which it is known, before anything is fetched, what the right bytes are. */
export type PinnedSource = Extract<BuildSource, { kind: 'file' }> | PinnedRepository
