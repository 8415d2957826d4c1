import {
  CONTENT_SECURITY_POLICY,
  documentText,
  SITE_ROUTES,
  type SiteAnswer,
  type SiteRoute,
} from '@rbee/web'
import type { PublicEndpoint } from '../endpoint.ts'
import { type Answer, emptyAnswer, taggedAnswer } from '../http/answer.ts'
import { publicUrlOf } from '../http/public-url.ts'
import { OPENAPI } from '../openapi/generated.ts'

/** The pages of the site as endpoints like all others. */
export const SITE: Readonly<Record<string, { readonly GET: PublicEndpoint }>> = Object.fromEntries(
  Object.entries(SITE_ROUTES).map(([path, route]) => [path, { GET: siteEndpoint(route) }]),
)

function siteEndpoint(route: SiteRoute): PublicEndpoint {
  return {
    dependsOn: route.changesWith,
    rateLimit: 'page',
    async handle(context, services) {
      const registry = publicUrlOf(context, services)
      const answer = await route.answer({
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
      })
      return httpAnswer(answer, registry)
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
