/** A text of the project as a page: made of its Markdown by `pnpm generate`. */
export interface Guide {
  readonly title: string
  /** A sentence for search engines. */
  readonly description: string
  /** What stands below the title. Every heading has an anchor. */
  readonly html: string
  readonly sections: readonly GuideSection[]
}

export interface GuideSection {
  /** Its anchor. */
  readonly id: string
  readonly title: string
}
