import { fileListSchema } from '@rbee/schema'
import { describe, expect, it } from 'vitest'
import { fileChanges } from './file-changes.ts'

const list = (files: Readonly<Record<string, string>>, complete = true) =>
  fileListSchema.parse({
    digest: `sha256:${'0'.repeat(64)}`,
    total: 9,
    complete,
    files: Object.entries(files).map(([path, content]) => ({
      path,
      size: content.length,
      executable: content.startsWith('#!'),
      sha256: Buffer.from(content).toString('hex').padEnd(64, '0'),
    })),
  })
const told = (changes: ReturnType<typeof fileChanges>) =>
  changes.map(({ path, from, to }) => [path, from?.size ?? null, to?.size ?? null])

describe('the difference of files', () => {
  it('is what one has and the other has not, and what differs in content or mode', () => {
    const from = list({ 'bin/tool': '#!a', gone: 'x', same: 'y', run: '1' })
    const to = list({ 'bin/tool': '#!abc', new: 'xx', same: 'y', run: '1' })
    const marked = { ...to, files: to.files.map((file) => ({ ...file, executable: file.path !== 'same' })) }
    expect(told(fileChanges(from, marked))).toEqual([
      ['bin/tool', 3, 5],
      ['gone', 1, null],
      ['new', null, 2],
      ['run', 1, 1],
    ])
    expect(fileChanges(from, from)).toEqual([])
  })

  it('does not take what a list had no room for as removed or added', () => {
    expect(told(fileChanges(list({ a: '1', b: '2' }), list({ a: '2' }, false)))).toEqual([['a', 1, 1]])
    expect(told(fileChanges(list({ a: '1' }, false), list({ a: '1', b: '2' })))).toEqual([])
  })

  it('takes names that every object has for names of files', () => {
    expect(told(fileChanges(list({}), list({ constructor: 'x', toString: 'y' })))).toEqual([
      ['constructor', null, 1],
      ['toString', null, 1],
    ])
  })
})
