import type { RegistryClient } from '@rbee/api-client'
import type { OpenApiDocument } from './docs/openapi-types.ts'
import type { Markup } from './layout/markup.ts'

/** What an address of the site answers. One file per address, listed in `routes.ts`. */
export interface SiteRoute {
  /**
   * What its answer changes with, besides its address: how long servers may keep it ready. `program`: with another version
   * of the server alone. `documents`: only with what is published. `figures`: also with downloads, searches or the clock;
   * what it shows may be a minute old.
   */
  readonly changesWith: 'program' | 'documents' | 'figures'
  /** Fails with an `RbeeError`, which becomes an error page with its status. */
  answer(request: SiteRequest): SiteAnswer | Promise<SiteAnswer>
}

/** A request as pages know it. They read nothing else: no header, no clock, no environment. */
export interface SiteRequest {
  /** The registry's own API, in process. The only way to data. */
  readonly api: RegistryClient
  /** The address that was asked for, with its query. */
  readonly url: URL
  /** A value out of the path, decoded: `:id` of `/worker/:id`. */
  readonly parameter: (name: string) => string
  /** Address under which clients reach the server, without a slash at the end: for commands and canonical addresses. */
  readonly registry: string
  readonly site: SiteSettings
}

/** What an address of the site answers to a form that is sent to it. It changes nothing. */
export interface SiteForm {
  answer(request: SiteFormRequest): SiteAnswer | Promise<SiteAnswer>
}

export interface SiteFormRequest extends SiteRequest {
  readonly form: URLSearchParams
}

/** What all pages of a server have in common. */
export interface SiteSettings {
  /** The description of the API that the server itself serves. */
  readonly openApi: OpenApiDocument
  /** Whether the server makes a tap for Homebrew. */
  readonly hasTap: boolean
  /** Where people report a worker: an https or mailto address; null where nobody takes reports. */
  readonly reportTo: string | null
  /** Version of the server. */
  readonly version: string
}

export type SiteAnswer =
  | { readonly kind: 'page'; readonly page: Page }
  | { readonly kind: 'file'; readonly file: SiteFile }
  | { readonly kind: 'redirect'; readonly location: string }

/** What one page shows. Everything in it is escaped by the templates. */
export interface Page {
  /** Without the name of the site. */
  readonly title: string
  /** A sentence for search engines and previews. */
  readonly description?: string
  /** The one address that stands for this content, from `/` on. */
  readonly path: string
  readonly content: Markup
  /** Style of its own, beside that of all pages. */
  readonly style?: StyleName
  /** Programs of the folder `islands` that improve the page; it works without them. */
  readonly islands?: readonly IslandName[]
  /** Further elements of `head`, such as JSON-LD. */
  readonly head?: Markup
  /** Feeds of what it shows, beside the feed of all releases. */
  readonly feeds?: readonly { readonly title: string; readonly path: string }[]
  /** The picture with which other sites show a link to it, 1,200 by 630 pixels. */
  readonly picture?: { readonly path: string; readonly text: string }
  /** Keeps search engines from listing it: for pages of which there are endlessly many. */
  readonly unlisted?: boolean
  /** What was searched for, to stand in the search field of the header. */
  readonly query?: string
}

export type IslandName = 'worker' | 'machine'

/** Files of the folder `styles` that only some pages need. */
export type StyleName = 'compare' | 'docs' | 'home' | 'search'

/** An answer that is no page: a feed, a picture, a style sheet. */
export interface SiteFile {
  readonly contentType: string
  readonly text: string | Uint8Array<ArrayBuffer>
  /** Whether its address names its content, which therefore never changes. */
  readonly immutable?: boolean
}

export const page = (shown: Page): SiteAnswer => ({ kind: 'page', page: shown })
export const file = (sent: SiteFile): SiteAnswer => ({ kind: 'file', file: sent })
export const redirect = (location: string): SiteAnswer => ({ kind: 'redirect', location })
