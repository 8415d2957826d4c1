import { expect, it } from 'vitest'
import { wrap } from './wrap.ts'

it('breaks at blanks, and never inside a word', () => {
  expect(wrap('✓ files  ', 'all three files are what was installed: sha256:0123456789abcdef0123', 30)).toBe(
    [
      '✓ files  all three files are',
      '         what was installed:',
      '         sha256:0123456789abcdef0123',
    ].join('\n'),
  )
})

it('leaves one line where nobody reads it, or where it fits', () => {
  expect(wrap('', 'a b c', null)).toBe('a b c')
  expect(wrap('- ', 'a b c', 80)).toBe('- a b c')
  expect(wrap('- ', '', 10)).toBe('- ')
})
