import fc from 'fast-check'
import { SaxesParser } from 'saxes'
import { expect, it } from 'vitest'
import { atomFeed } from './atom.ts'

const aFeed = (text: string) =>
  atomFeed({
    title: text,
    self: 'https://workers.example/feeds/all.atom',
    page: 'https://workers.example/search',
    entries: [
      {
        title: text,
        page: 'https://workers.example/worker/x-worker/1.0.0',
        author: text,
        published: '2026-01-02T03:04:05Z',
        updated: '2026-01-02T03:04:05Z',
        summary: text,
      },
    ],
  })

function textsOf(answer: ReturnType<typeof atomFeed>, element: string): string[] {
  if (answer.kind !== 'file') throw new Error('A feed is a file')
  const found: string[] = []
  let inside = ''
  const parser = new SaxesParser()
  parser.on('error', (error) => {
    throw error
  })
  parser.on('opentag', ({ name }) => {
    inside = name
    if (name === element) found.push('')
  })
  parser.on('text', (text) => {
    if (inside === element) found.push(`${found.pop()}${text}`)
  })
  parser.on('closetag', () => {
    inside = ''
  })
  parser.write(String(answer.file.text)).close()
  return found
}

it('keeps every text of a stranger that XML can hold', () => {
  const hostile = `]]> <!-- <script>alert("1")</script> & 'x' \u202e &amp; &#0;`
  expect(textsOf(aFeed(hostile), 'title')).toEqual([hostile, hostile])
})

it('is well-formed whatever a stranger writes', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
      expect(textsOf(aFeed(text), 'summary')).toHaveLength(1)
    }),
  )
  for (const text of ['\u0000\u0008\uffff', '\ud800', 'a\udc00b']) {
    expect(textsOf(aFeed(text), 'summary')).toEqual([text === 'a\udc00b' ? 'ab' : ''])
  }
})

it('has a time even where nothing ever happened', () => {
  const empty = atomFeed({ title: 'x', self: 'https://a.example/f', page: 'https://a.example/', entries: [] })
  expect(textsOf(empty, 'updated')).toEqual(['1970-01-01T00:00:00Z'])
})
