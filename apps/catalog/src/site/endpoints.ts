import {
  CONTENT_SECURITY_POLICY,
  documentText,
  SITE_FORMS,
  SITE_ROUTES,
  type SiteAnswer,
  type SiteForm,
  type SiteRequest,
  type SiteRoute,
} from '@rbee/web'
import type { Context } from 'hono'
import type { PublicEndpoint } from '../endpoint.ts'
import { type Answer, emptyAnswer, taggedAnswer } from '../http/answer.ts'
import { readForm } from '../http/form-body.ts'
import { publicUrlOf } from '../http/public-url.ts'
import { OPENAPI } from '../openapi/generated.ts'
import type { Services } from '../services.ts'

/** The pages of the site as endpoints like all others. */
export const SITE: Readonly<
  Record<string, { readonly GET: PublicEndpoint; readonly POST?: PublicEndpoint }>
> = Object.fromEntries(
  Object.entries(SITE_ROUTES).map(([path, route]) => {
    const form = SITE_FORMS[path]
    return [path, { GET: siteEndpoint(route), ...(form === undefined ? {} : { POST: formEndpoint(form) }) }]
  }),
)

function siteEndpoint(route: SiteRoute): PublicEndpoint {
  return {
    dependsOn: route.changesWith,
    rateLimit: 'page',
    async handle(context, services) {
      const request = siteRequest(context, services)
      return httpAnswer(await route.answer(request), request.registry)
    },
  }
}

/** A form is smaller than this; a host profile takes a few kilobytes. */
const FORM_MAX_BYTES = 512 * 2 ** 10

function formEndpoint({ answer }: SiteForm): PublicEndpoint {
  return {
    rateLimit: 'search',
    async handle(context, services) {
      const request = siteRequest(context, services)
      const form = await readForm(context, FORM_MAX_BYTES)
      const answered = await httpAnswer(await answer({ ...request, form }), request.registry)
      return { ...answered, headers: { ...answered.headers, 'Cache-Control': 'no-store' } }
    },
  }
}

function siteRequest(context: Context, services: Services): SiteRequest {
  const registry = publicUrlOf(context, services)
  return {
    api: services.ownApi(registry),
    url: new URL(context.req.url),
    parameter: (name) => context.req.param(name) ?? '',
    registry,
    site: {
      openApi: OPENAPI,
      hasTap: services.packageRepositories !== null,
      reportTo: services.settings.reportTo,
      version: services.settings.version,
    },
  }
}

/** A year, the longest that HTTP caches are asked to keep anything (RFC 9111, 5.2.2.1, and `immutable` of RFC 8246). */
const IMMUTABLE = 'public, max-age=31536000, immutable'

async function httpAnswer(answer: SiteAnswer, registry: string): Promise<Answer> {
  switch (answer.kind) {
    case 'page':
      return taggedAnswer(documentText(answer.page, registry), 'text/html; charset=utf-8', {
        'Content-Security-Policy': CONTENT_SECURITY_POLICY,
      })
    case 'file': {
      const { text, contentType, immutable } = answer.file
      return taggedAnswer(text, contentType, immutable ? { 'Cache-Control': IMMUTABLE } : {})
    }
    case 'redirect':
      return emptyAnswer(302, { Location: answer.location })
  }
}
