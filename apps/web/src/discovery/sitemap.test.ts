import { describe, expect, it } from 'vitest'
import { SITEMAP_ENTRIES_MAX, sitemapIndexText, sitemapText, standingPages } from './sitemap.ts'

/** A host and an id as long as they get. */
const REGISTRY = `https://${'a'.repeat(63)}.${'b'.repeat(63)}.${'c'.repeat(63)}.example`
const LONGEST = { path: `/worker/${'w'.repeat(100)}`, changed: '2026-11-22T06:20:00.000Z' }
/** sitemaps.org: 50,000 addresses and 50 MiB, uncompressed. */
const BYTES_MAX = 50 * 2 ** 20

describe('a sitemap', () => {
  it('stays within what search engines read, also where everything is long', () => {
    expect(SITEMAP_ENTRIES_MAX).toBeLessThanOrEqual(50_000)
    const full = sitemapText(Array(SITEMAP_ENTRIES_MAX).fill(LONGEST), REGISTRY)
    expect(Buffer.byteLength(full)).toBeLessThan(BYTES_MAX)
    expect(() => sitemapText(Array(SITEMAP_ENTRIES_MAX + 1).fill(LONGEST), REGISTRY)).toThrow()
    const index = sitemapIndexText(Array(SITEMAP_ENTRIES_MAX).fill('/sitemaps/workers-50000.xml'), REGISTRY)
    expect(Buffer.byteLength(index)).toBeLessThan(BYTES_MAX)
    expect(() => sitemapIndexText(Array(SITEMAP_ENTRIES_MAX + 1).fill('/'), REGISTRY)).toThrow()
  })

  it('holds each standing page once, and escapes addresses', () => {
    const paths = standingPages().map(({ path }) => path)
    expect(new Set(paths).size).toBe(paths.length)
    expect(paths).toContain('/')
    expect(sitemapText([{ path: '/search?q=a&b=<c>' }], 'https://catalog.test')).toContain(
      '<loc>https://catalog.test/search?q=a&amp;b=&lt;c&gt;</loc>',
    )
  })
})
