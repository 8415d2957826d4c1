import { describe, expect, it } from 'vitest'
import { continued, replaced, searchQuery, toggled } from './search-address.ts'

const address = new URLSearchParams('q=a%26b&tag=llm&tag=llm&tag=ocr&platform=&cursor=c&utm_source=x')

describe('the address of a search', () => {
  it('becomes what the API is asked', () => {
    expect(`${searchQuery(address, 20)}`).toBe('q=a%26b&tag=llm&tag=ocr&cursor=c&limit=20')
  })

  it('gets a value of a filter, or loses it, and begins with the first page', () => {
    expect(toggled(address, 'tag', 'ocr')).toBe('/search?q=a%26b&tag=llm')
    expect(toggled(address, 'tag', 'tts')).toBe('/search?q=a%26b&tag=llm&tag=ocr&tag=tts')
    expect(toggled(new URLSearchParams('tag=x'), 'tag', 'x')).toBe('/search')
  })

  it('gets another order, and another page', () => {
    expect(replaced(address, 'sort', 'recent')).toBe('/search?q=a%26b&tag=llm&tag=ocr&sort=recent')
    expect(replaced(new URLSearchParams('sort=name'), 'sort', null)).toBe('/search')
    expect(continued(new URLSearchParams('q=x&cursor=old'), 'new')).toBe('/search?q=x&cursor=new')
  })
})
