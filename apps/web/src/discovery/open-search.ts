import { html } from 'hono/html'
import { textOf } from '../layout/markup.ts'
import { file, type SiteRoute } from '../route.ts'
import { SITE_NAME } from '../site-name.ts'

/** `/opensearch.xml`: how browsers search the site from their address bar (OpenSearch 1.1). */
export const openSearch: SiteRoute = {
  changesWith: 'program',
  answer: ({ registry }) =>
    file({
      contentType: 'application/opensearchdescription+xml; charset=utf-8',
      text: textOf(html`<?xml version="1.0" encoding="UTF-8"?>
<OpenSearchDescription xmlns="http://a9.com/-/spec/opensearch/1.1/">
<ShortName>rbee workers</ShortName>
<LongName>${SITE_NAME}</LongName>
<Description>Search AI inference workers</Description>
<InputEncoding>UTF-8</InputEncoding>
<Url type="text/html" template="${registry}/search?q={searchTerms}"/>
<Url type="application/opensearchdescription+xml" rel="self" template="${registry}/opensearch.xml"/>
</OpenSearchDescription>
`),
    }),
}
