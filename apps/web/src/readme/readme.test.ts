import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { README_SHOWN, readmeMarkup } from './readme.ts'

const shown = (markdown: string, links = true) => String(readmeMarkup(markdown, { links }))

/** Everything that HTML of a README may consist of; anything else is a hole. */
const SAFE_TAG =
  /^<\/?(?:h[3-6](?: id="readme-[^"\s<>]*")?|p|br \/|hr \/|blockquote|pre(?: tabindex="0")?|code|kbd|samp|var|ul|ol(?: start="-?\d+")?|li|dl|dt|dd|table|thead|tbody|tr|t[hd](?: class="(?:end|centre)")?|b|strong|i|em|s|del|ins|sub|sup|small|mark|q|abbr|details|summary|span(?: class="picture")?|div(?: class="scroll" tabindex="0")?|a(?: href="(?:https?:|mailto:)[^"]*" rel="nofollow noopener ugc"| href="#readme-[^"]*")?)>$/i

function foreignTags(html: string): string[] {
  return (html.match(/<[^>]*>?/g) ?? []).filter((tag) => !SAFE_TAG.test(tag))
}

describe('a README', () => {
  it('keeps what authors write: text, lists, tables and code', () => {
    const html = shown(
      '# Title\n\nSome **bold** `code`.\n\n- one\n- two\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n```sh\nrun it\n```\n',
    )
    expect(html).toContain('<h3 id="readme-title">Title</h3>')
    expect(html).toContain('<strong>bold</strong> <code>code</code>')
    expect(html).toContain('<div class="scroll" tabindex="0"><table>')
    expect(html).toContain('<pre tabindex="0"><code>run it\n</code></pre>')
    expect(foreignTags(html)).toEqual([])
  })

  it.each([
    ['a script', '<script>alert(1)</script>ok'],
    ['a style', '<style>*{display:none}</style>ok'],
    ['a frame', '<iframe src="https://evil.example"></iframe>ok'],
    ['a form', '<form action="https://evil.example"><input name="password"><button>ok</button></form>'],
    ['a handler', '<b onclick="alert(1)" onmouseover=alert(2)>ok</b>'],
    ['a style attribute', '<b style="position:fixed;inset:0">ok</b>'],
    ['a class of the page', '<span class="site-header">ok</span>'],
    ['an id of the page', '<h2 id="content">ok</h2>'],
    ['a base', '<base href="https://evil.example">ok'],
    ['a refresh', '<meta http-equiv="refresh" content="0;url=https://evil.example">ok'],
    ['a picture', '![ok](https://tracker.example/p.gif)<img src=x onerror=alert(1) alt=ok>'],
    ['a data picture', '<img src="data:image/svg+xml,<svg onload=alert(1)>" alt="ok">'],
    ['an object', '<object data="x.swf"><embed src="x.swf"></object>ok'],
    [
      'a drawing',
      '<svg><script>alert(1)</script><a xlink:href="javascript:alert(1)"><text>x</text></a></svg>ok',
    ],
    [
      'mathematics',
      '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;"></mglyph></table></mtext></math>ok',
    ],
    ['a comment', '<!-- <img src=x onerror=alert(1)> -->ok'],
    ['a half tag', 'ok <img src=x onerror=alert(1) //'],
    ['a half attribute', 'ok <a href="'],
    ['a CDATA section', 'ok <![CDATA[<img src=x onerror=alert(1)>]]>'],
    ['a custom element', '<x-evil onload=alert(1)>ok</x-evil>'],
    ['a template', '<template><img src=x onerror=alert(1)></template>ok'],
    ['closing tags of the page', '</div></section></main><h1>ok</h1>'],
  ])('loses %s', (_name, markdown) => {
    const html = shown(markdown)
    expect(foreignTags(html)).toEqual([])
    expect(html).toContain('ok')
    expect(html).not.toMatch(/<[^>]*(?:src|style|on\w+|action)=/i)
  })

  it.each([
    'javascript:alert(1)',
    'JaVaScRiPt:alert(1)',
    'java\tscript:alert(1)',
    '&#106;avascript:alert(1)',
    'vbscript:x',
    'data:text/html,x',
    '//evil.example/x',
    'docs/x.md',
    '/worker/x',
    '\u0001javascript:alert(1)',
  ])('leads nowhere with the address %j', (address) => {
    expect(shown(`[a](<${address}>)`)).not.toContain('href')
    expect(shown(`<a href="${address}">a</a>`)).not.toContain('href')
  })

  it('keeps how columns are aligned, and no style', () => {
    const html = shown('| Model | Speed | Kind |\n| :-- | --: | :-: |\n| a | 71 | b |')
    expect(html).toContain('<td>a</td>')
    expect(html).toContain('<td class="end">71</td>')
    expect(html).toContain('<td class="centre">b</td>')
    expect(
      shown('<table><tr><td class="end" style="text-align:right;color:red">1</td></tr></table>'),
    ).toContain('<td>1</td>')
  })

  it('marks links as those of strangers, and has none where nobody is verified', () => {
    expect(shown('[a](https://example.org/?a=1&b=2)')).toBe(
      '<p><a href="https://example.org/?a=1&amp;b=2" rel="nofollow noopener ugc">a</a></p>\n',
    )
    expect(shown('[a](https://example.org) https://example.org', false)).not.toContain('href')
  })

  it('leads to its own sections', () => {
    expect(shown('[to](#how-it-works)\n\n## How it works\n')).toBe(
      '<p><a href="#readme-how-it-works">to</a></p>\n<h3 id="readme-how-it-works">How it works</h3>\n',
    )
  })

  it('leaves no level of headings out and gives no anchor twice', () => {
    const levels = shown('#### A\n\n# B\n\n###### C\n\n## A\n\n<h2 id="readme-b">again</h2>').match(
      /<h\d[^>]*>/g,
    )
    expect(levels).toEqual(['<h3 id="readme-a">', '<h3 id="readme-b">', '<h4 id="readme-c">', '<h4>', '<h4>'])
  })

  it('closes what follows a decoration by its own name', () => {
    expect(shown('<img src=x> <td>', false)).toContain('<td></td>')
  })

  it('is safe whatever it says', () => {
    const pieces = fc.constantFrom(
      ...[
        '<',
        '>',
        '"',
        "'",
        '=',
        '/',
        '!',
        '--',
        '<!--',
        '-->',
        '&lt;',
        '&#x3c;',
        '\u0000',
        '`',
        '```\n',
        '\n\n',
        '\n',
        ' ',
        '|',
        '# ',
        '> ',
        '- ',
      ],
      ...[
        '<a href="',
        'javascript:',
        'https://x.example',
        '<img src=x onerror=',
        '<svg',
        '<math',
        '<style',
        '<script',
        '</script>',
        '<table>',
        '<td',
        '<p',
        '<b ',
        '<div',
        '](',
        '[a',
        '![',
        ')',
        '<![CDATA[',
        ']]>',
        '<textarea>',
        '<noscript>',
        '<title>',
        '<h2 id="readme-x',
        'onclick=',
        'style=',
      ],
    )
    const texts = fc.array(fc.oneof({ weight: 4, arbitrary: pieces }, fc.string({ maxLength: 8 })), {
      maxLength: 40,
    })
    fc.assert(
      fc.property(texts, fc.boolean(), (parts, links) => {
        expect(foreignTags(shown(parts.join(''), links))).toEqual([])
      }),
      { numRuns: 1500 },
    )
  })

  it.each([
    ['quotes', '>'],
    ['brackets', '['],
    ['elements', '<div>'],
    ['emphasis', '*a '],
    ['lists', '- '],
    ['links', '[a](b '],
    ['attributes', '<a href="'],
    ['table rows', '|a\n'],
  ])('takes a bounded time for nothing but %s', (_name, piece) => {
    const started = performance.now()
    const html = shown(piece.repeat((2 * README_SHOWN) / piece.length))
    expect(performance.now() - started).toBeLessThan(3000)
    expect(html.length).toBeLessThan(20 * README_SHOWN)
  })
})
