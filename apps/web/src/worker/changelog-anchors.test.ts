import { describe, expect, it } from 'vitest'
import { readmeMarkup } from '../readme/readme.ts'
import { changelogAnchors } from './changelog-anchors.ts'

describe('the parts of a changelog', () => {
  it.each([
    ['## [1.2.0] - 2026-01-31', 'readme-120---2026-01-31'],
    ['## 1.2.0', 'readme-120'],
    ['# v1.2.0 (January)', 'readme-v120-january'],
    ['## Release 1.2.0', 'readme-release-120'],
    ['1.2.0\n=====', 'readme-120'],
    ['## [1.2.0](https://example.org/compare)', 'readme-120httpsexampleorgcompare'],
  ])('are found under %j', (heading, anchor) => {
    const text = `# Changelog\n\n${heading}\n\n- Faster\n`
    expect(changelogAnchors(text)).toEqual(new Map([['1.2.0', anchor]]))
    expect(String(readmeMarkup(text, { links: true }))).toContain(`id="${anchor}"`)
  })

  it('belong to the version that they name in full', () => {
    const text = '## 1.2.0-rc.1\n## 1.2\n## Unreleased\n## Works with 1.2.0\n## 11.2.0\n'
    expect([...changelogAnchors(text).keys()]).toEqual(['1.2.0-rc.1', '11.2.0'])
  })

  it('are the first of a version, and none of a heading that has no id of its own', () => {
    expect(changelogAnchors('## 1.2.0\n## v1.2.0\n')).toEqual(new Map([['1.2.0', 'readme-120']]))
    expect(changelogAnchors('## v120\n## [v1.2.0]\n').size).toBe(0)
  })

  it('are none where there is no changelog', () => {
    expect(changelogAnchors(null).size).toBe(0)
  })
})
