import { html } from 'hono/html'
import type { Markup } from '../layout/markup.ts'
import type { SiteRoute } from '../route.ts'
import { curlExample } from './curl-example.ts'
import { docsAnswer } from './docs-layout.ts'
import type { OpenApiDocument, OpenApiOperation, OpenApiParameter, OpenApiResponse } from './openapi-types.ts'
import { schemaFields, schemaType } from './schema-fields.ts'

interface Group {
  readonly name: string
  /** Its anchor. */
  readonly id: string
  readonly calls: readonly Call[]
}

interface Call {
  readonly method: string
  readonly path: string
  readonly operation: OpenApiOperation
}

/** The page about the API: every call with its parameters, answers and an example, then every shape. */
export const apiPage: SiteRoute = {
  changesWith: 'program',
  answer({ site, registry }) {
    const groups = groupsOf(site.openApi)
    return docsAnswer({
      title: 'API',
      description: 'Every call of the registry’s HTTP API, with its parameters, answers and an example.',
      path: '/docs/api',
      sections: [...groups.map(({ id, name }) => ({ id, title: name })), { id: 'schemas', title: 'Shapes' }],
      content: apiContent(site.openApi, groups, registry),
    })
  },
}

function groupsOf({ paths, tags }: OpenApiDocument): readonly Group[] {
  const calls = Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]) => ({ method, path, operation })),
  )
  return tags.map(({ name }) => ({
    name,
    id: name.replaceAll(' ', '-'),
    calls: calls.filter(({ operation }) => operation.tags.includes(name)),
  }))
}

function apiContent(openApi: OpenApiDocument, groups: readonly Group[], registry: string): Markup {
  return html`<p>${prose(openApi.info.description)} The same as <a href="/v1/openapi.json">OpenAPI 3.1</a>, version ${openApi.info.version}.</p>
<p>Changes need a token: <code>Authorization: Bearer TOKEN</code>. Every code of a failure is explained under <a href="/docs/errors">errors</a>, the fields of <code>worker.toml</code> under <a href="/docs/manifest">manifest</a>.</p>
${groups.map(
  (group) => html`<section id="${group.id}"><h2>${group.name}</h2>
${contentsOf(group)}
${group.calls.map((call) => callCard(call, registry))}</section>`,
)}
<section id="schemas"><h2>Shapes</h2>${Object.entries(openApi.components.schemas).map(
    ([name, schema]) =>
      html`<details class="card" id="schema-${name}" open><summary><strong>${name}</strong></summary>${schemaFields(schema)}</details>`,
  )}</section>`
}

function contentsOf({ calls }: Group): Markup {
  return html`<ul class="calls">${calls.map(
    ({ method, path, operation }) =>
      html`<li><span class="method">${method.toUpperCase()}</span> <span class="path">${path}</span> <a href="#${operation.operationId}">${operation.summary}</a></li>`,
  )}</ul>`
}

function callCard({ method, path, operation }: Call, registry: string): Markup {
  return html`<article class="card" id="${operation.operationId}">
<h3>${operation.summary}</h3>
<p><span class="method">${method.toUpperCase()}</span> <span class="path">${path}</span>${
    operation['x-scope'] === undefined ? '' : html` <span class="chip">${operation['x-scope']} token</span>`
  }</p>
${operation.description === undefined ? '' : html`<p>${prose(operation.description)}</p>`}
${parametersOf(operation.parameters ?? [])}
${operation.requestBody === undefined ? '' : html`<h4>Body</h4><p>${contentOf(operation.requestBody.content)}</p>`}
<h4>Answers</h4>
<dl>${Object.entries(operation.responses).map(
    ([status, response]) =>
      html`<dt><code>${status}</code> ${contentOf(response.content)}</dt><dd>${prose(response.description)}</dd>`,
  )}</dl>
<h4>Example</h4>
<div class="code"><pre tabindex="0" data-copy="Copy this command"><code>${curlExample({ method, path, operation }, registry)}</code></pre></div>
</article>`
}

function parametersOf(parameters: readonly OpenApiParameter[]): Markup {
  if (parameters.length === 0) return html``
  return html`<h4>Parameters</h4><dl>${parameters.map(
    (parameter) =>
      html`<dt><code>${parameter.name}</code> <span class="type">${parameter.in}, ${schemaType(parameter.schema)}</span>${
        parameter.required ? html` <span class="need">required</span>` : ''
      }</dt><dd>${prose(parameter.description)}</dd>`,
  )}</dl>`
}

function contentOf(content: OpenApiResponse['content']): Markup {
  return html`${Object.entries(content ?? {}).map(([mediaType, { schema }]) =>
    mediaType === 'application/json' && schema
      ? schemaType(schema)
      : html`<span class="type">${mediaType}</span>`,
  )}`
}

/** Text in which words between backticks are code. */
function prose(text: string): Markup {
  return html`${text.split('`').map((part, index) => (index % 2 === 1 ? html`<code>${part}</code>` : part))}`
}
