import { versionSchema } from '@rbee/schema'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { programArchiveName, readProgramArchiveName } from './archive-name.ts'

const version = fc
  .constantFrom('1.2.3', '0.0.1-rc.1', '1.0.0-linux-any', '1.0.0+any')
  .map((text) => versionSchema.parse(text))

it('reads every name that it writes', () => {
  fc.assert(
    fc.property(
      version,
      fc.constantFrom('any' as const, 'linux-x86_64' as const, 'windows-aarch64' as const),
      (of, platform) => {
        expect(readProgramArchiveName(programArchiveName(of, platform))).toEqual({ version: of, platform })
      },
    ),
  )
})

it('reads no name that it would not write, whatever it is', () => {
  const piece = fc.oneof(
    fc.constantFrom('rbee-', '1.2.3', '-', 'any', 'linux-x86_64', '.tar.gz', '../', '\n', 'linux', '_', 'v'),
    fc.string({ maxLength: 3 }),
  )
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 7 }), (pieces) => {
      const name = pieces.join('')
      const read = readProgramArchiveName(name)
      if (read !== null) expect(programArchiveName(read.version, read.platform)).toBe(name)
    }),
    { numRuns: 3_000 },
  )
})
