import { join, sep } from 'node:path'
import { RbeeError } from '@rbee/schema'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type ArchiveRule, createArchiveRules, type EntryClaim, quoteName } from './archive-rules.ts'

const file = (name: string, more: Partial<EntryClaim> = {}): EntryClaim => ({
  name,
  type: 'file',
  size: 1,
  mode: 0o644,
  ...more,
})
const folder = (name: string): EntryClaim => ({ name, type: 'directory', size: 0, mode: 0o755 })

/** The rule that the last of the entries breaks; null when all are accepted. */
function judge(...claims: EntryClaim[]): ArchiveRule | null {
  const rules = createArchiveRules({ maxEntries: 4, maxUnpackedBytes: 1000 })
  for (const [index, claim] of claims.entries()) {
    try {
      rules.accept(claim)
    } catch (error) {
      if (!(error instanceof RbeeError)) throw error
      expect(error.code).toBe('archive_invalid')
      expect(index).toBe(claims.length - 1)
      return error.details.rule as ArchiveRule
    }
  }
  return null
}

describe('names', () => {
  it.each<[string, ArchiveRule]>([
    ['../etc/passwd', 'parent_path'],
    ['bin/../../x', 'parent_path'],
    ['/etc/passwd', 'absolute_path'],
    ['C:/windows', 'absolute_path'],
    ['c:evil', 'absolute_path'],
    ['bin\\..\\evil', 'forbidden_character'],
    ['file:stream', 'forbidden_character'],
    ['a*', 'forbidden_character'],
    ['a\0b', 'forbidden_character'],
    ['a\nb', 'forbidden_character'],
    ['a\u202eexe.txt', 'forbidden_character'],
    ['a\u200bb', 'forbidden_character'],
    ['', 'empty_segment'],
    ['a//b', 'empty_segment'],
    ['a/./b', 'empty_segment'],
    ['a/', 'empty_segment'],
    ['cafe\u0301', 'not_normalized'],
    ['a\ud800', 'not_utf8'],
    ['a\ufffd', 'not_utf8'],
    ['CON', 'reserved_name'],
    ['lib/aux.so', 'reserved_name'],
    ['COM1.txt', 'reserved_name'],
    ['lpt²', 'reserved_name'],
    ['name.', 'reserved_name'],
    ['name /x', 'reserved_name'],
    ['a'.repeat(256), 'name_too_long'],
    [`${'a'.repeat(200)}/${'b'.repeat(200)}/${'c'.repeat(200)}`, 'name_too_long'],
    [Array(33).fill('d').join('/'), 'too_deep'],
  ])('refuses %j (%s)', (name, rule) => {
    expect(judge(file(name))).toBe(rule)
  })

  it.each([
    'bin/llm-worker',
    'LICENSE',
    'node_modules/@scope/pkg/index.js',
    'héllo',
    'a b',
    '.hidden',
    '日本',
  ])('accepts %j', (name) => {
    expect(judge(file(name))).toBeNull()
  })

  it('accepts no name that leads out of the folder it is joined to', () => {
    const part = fc.oneof(
      fc.constantFrom('..', '.', '', '/', '\\', 'C:', '\0', 'bin'),
      fc.string({ unit: 'binary', maxLength: 8 }),
    )
    fc.assert(
      fc.property(fc.array(part, { maxLength: 6 }), fc.constantFrom('/', '\\', ''), (parts, separator) => {
        const name = parts.join(separator)
        if (judge(file(name)) !== null) return
        expect(join('/some/destination', name).startsWith(`/some/destination${sep}`)).toBe(true)
      }),
      { numRuns: 2_000 },
    )
  })
})

describe('names beside each other', () => {
  it.each<[string, EntryClaim[], ArchiveRule]>([
    ['twice the same file', [file('a'), file('a')], 'duplicate'],
    ['twice the same folder', [folder('a'), folder('a')], 'duplicate'],
    ['names that differ in case', [file('README'), file('readme')], 'name_clash'],
    ['folders that differ in case', [file('Lib/a'), file('lib/b')], 'name_clash'],
    ['sharp s and ss', [file('straße'), file('STRASSE')], 'name_clash'],
    ['a ligature and its letters', [file('ﬁle'), file('file')], 'name_clash'],
    ['a file in place of a folder', [file('a/b'), file('a')], 'file_as_folder'],
    ['a file below a file', [file('a'), file('a/b')], 'file_as_folder'],
    ['too many', [file('a'), file('b'), file('c'), file('d'), file('e')], 'too_many_entries'],
  ])('refuses %s', (_, claims, rule) => {
    expect(judge(...claims)).toBe(rule)
  })

  it('accepts a folder that is named after its files', () => {
    expect(judge(file('bin/a'), folder('bin'), file('bin/b'))).toBeNull()
  })
})

describe('modes and programs', () => {
  it.each([0o4755, 0o2755, 0o1777])('refuses mode %o', (mode) => {
    expect(judge(file('bin/a', { mode }))).toBe('special_mode')
  })

  it('reduces every other mode to executable or not', () => {
    const rules = createArchiveRules()
    expect(rules.accept(file('a', { mode: 0o777 })).executable).toBe(true)
    expect(rules.accept(file('b', { mode: 0o666 })).executable).toBe(false)
    expect(rules.accept(file('bin/c.exe', { mode: 0o600 })).executable).toBe(true)
  })

  it('needs a program directly inside bin/', () => {
    const rules = createArchiveRules()
    for (const name of ['bin/readme', 'bin/deep/tool', 'tool']) {
      rules.accept(file(name, { mode: name === 'bin/readme' ? 0o644 : 0o755 }))
    }
    expect(() => rules.finish()).toThrow(expect.objectContaining({ code: 'archive_invalid' }))
    rules.accept(file('bin/tool', { mode: 0o755 }))
    rules.accept(file('bin/another.exe'))
    expect(rules.finish()).toEqual(['another.exe', 'tool'])
  })

  it('keeps the number of programs small', () => {
    const rules = createArchiveRules()
    expect(() => {
      for (let index = 0; index < 300; index += 1) rules.accept(file(`bin/p${index}`, { mode: 0o755 }))
    }).toThrow(expect.objectContaining({ details: { entry: '"bin/p256"', rule: 'too_many_entries' } }))
  })
})

it('shows hostile names on one short line with nothing invisible', () => {
  expect(quoteName('a\n\u001b[31m\u202e\u200b"')).toBe('"a\\n\\u001b[31m\\u202e\\u200b\\""')
  expect(quoteName('x'.repeat(5_000)).length).toBeLessThan(200)
})
