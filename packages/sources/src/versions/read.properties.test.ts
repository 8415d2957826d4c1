import { versionSchema } from '@rbee/schema'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { FolderFindings } from '../findings.ts'
import { memoryTree } from '../testing/memory-tree.ts'
import { readVersion, VERSION_FILES } from './read.ts'

const SAMPLES = [
  '[package]\nname = "x"\nversion = "1.2.3"\n',
  '[package]\nversion.workspace = true\n[workspace.package]\nversion = "2.0.0"\n',
  '{"name": "x", "version": "1.2.3"}',
  '[project]\nname = "x"\nversion = "1.2.3"\n[tool.poetry]\nversion = "1.2.4"\n',
  '[project]\ndynamic = ["version"]\n',
]

/** A file that is nearly right: a sample with some of its characters replaced, or anything at all. */
const hostileText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.json(),
  fc
    .tuple(
      fc.constantFrom(...SAMPLES),
      fc.array(fc.tuple(fc.nat(100), fc.string({ unit: 'binary', maxLength: 4 })), { maxLength: 4 }),
    )
    .map(([sample, changes]) =>
      changes.reduce((text, [at, stray]) => text.slice(0, at) + stray + text.slice(at + 1), sample),
    ),
)

it.each(VERSION_FILES)(
  'gives a version or a finding for whatever stands in $file',
  async ({ file, system }) => {
    await fc.assert(
      fc.asyncProperty(hostileText, hostileText, async (own, above) => {
        const findings = new FolderFindings('crates/x')
        const tree = memoryTree({ [`crates/x/${file}`]: own, [file]: above })
        const stated = await readVersion(tree, 'crates/x', system, findings)
        if (stated === null) expect(findings.list()).not.toEqual([])
        else expect(versionSchema.safeParse(stated.version).success).toBe(true)
      }),
      { numRuns: 300 },
    )
  },
)
