import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { listPackEntries } from '@rbee/packaging'
import type { OwnBuild } from '../../src/programs/own-build.ts'

/** This module's chunk lies in `lib/chunks`. */
const PACKAGE = fileURLToPath(new URL('../..', import.meta.url))
const CONTENTS = /^(?:bin|lib|LICENSE|README\.md|THIRD-PARTY-NOTICES\.txt|package\.json)(?:\/|$)/

/** The installed package is the portable build. */
export const OWN_BUILD: OwnBuild = {
  platform: 'any',
  isFinal: true,
  async list() {
    const entries = await listPackEntries(path.resolve(PACKAGE))
    return entries.filter(({ name }) => CONTENTS.test(name))
  },
}
