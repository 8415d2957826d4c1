import fc from 'fast-check'
import { expect, it } from 'vitest'
import { assertPlainRegistry, catalogNameSchema, nameOfFolder, ownerSchema } from './facts.ts'
import { ownerOf } from './repository.ts'

it.each([
  ['https://github.com/ada/workers', 'ada'],
  ['https://user:secret@github.com/ada/workers.git', 'ada'],
  ['git@github.com:ada-labs/workers.git', 'ada-labs'],
  ['ssh://git@github.com/ada/workers', 'ada'],
  ['https://github.com.evil.example/ada/workers', null],
  ['https://git.example/github.com/ada/workers', null],
  ['/srv/github.com/ada/workers', null],
  ['git@github.com:-ada/workers', null],
])('takes %s for a repository of %s', (remote, owner) => {
  expect(ownerOf(remote)).toBe(owner)
})

it('makes a name of any folder', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (folder) => {
      expect(catalogNameSchema.safeParse(nameOfFolder(folder)).success).toBe(true)
    }),
  )
})

it('takes no account or address that could end the text it is written into', () => {
  fc.assert(
    fc.property(fc.string(), fc.constantFrom(' ', '\n', "'", '"', '}', '#', '$', '`', '*'), (text, sign) => {
      expect(ownerSchema.safeParse(`ada${sign}${text}`).success).toBe(false)
      expect(() => assertPlainRegistry(`https://registry.example/${sign}${text}`)).toThrow('cannot carry')
    }),
  )
})
