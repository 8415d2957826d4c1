import { describe, expect, it } from 'vitest'
import type { Opened } from './subject.ts'

export function comparison(subject: Opened): void {
  describe('the comparison of workers', () => {
    const text = async (query: string) => (await subject().fetch(`/compare${query}`)).text()
    const columns = (html: string) => html.match(/<th scope="col" data-worker="[^"]+"/g)?.length ?? 0

    it('shows them side by side, and marks where they differ', async () => {
      const html = await text('?w=echo-worker&w=llm-worker')
      expect(columns(html)).toBe(2)
      expect(html).toContain('href="/worker/echo-worker"')
      expect(html).toMatch(/<th scope="row">Official <span class="differs">/)
      expect(html).toMatch(/<th scope="row">Price<\/th>/)
    })

    it('shows the others where a name leads to no worker, or is none', async () => {
      const html = await text('?w=nobody&w=llm-worker-cuda&w=llm-worker&w=%3Cb%3E%22')
      expect(columns(html)).toBe(1)
      expect(html).toContain('There is no worker <span dir="auto">“nobody”</span>')
      expect(html).toContain('“&lt;b&gt;&quot;”')
    })

    it('stops at four, and says so', async () => {
      const names = ['one', 'two', 'three', 'four', 'five', 'six']
      const html = await text(`?${names.map((name) => `w=${name}`).join('&')}`)
      expect(html.match(/There is no worker/g)).toHaveLength(4)
      expect(html).toMatch(/five, six<\/span> are left out/)
    })

    it('asks for workers where none is named', async () => {
      const html = await text('')
      expect(html).toContain('<form action="/compare"')
      expect(html).not.toContain('<table')
    })
  })
}
