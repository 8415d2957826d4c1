export { sitemapIndexText, sitemapText, standingPages } from './discovery/sitemap.ts'
export type {
  OpenApiDocument,
  OpenApiOperation,
  OpenApiParameter,
  OpenApiResponse,
  SchemaNode,
} from './docs/openapi-types.ts'
export { failurePageText } from './failure/failure-page.ts'
export { CONTENT_SECURITY_POLICY, documentText } from './layout/document.ts'
export type { SiteAnswer, SiteForm, SiteRequest, SiteRoute } from './route.ts'
export { SITE_FORMS, SITE_ROUTES } from './routes.ts'
