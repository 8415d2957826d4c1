/** A file of the repository as it is stored. */
export interface StoredFile {
  readonly body: Uint8Array
  /** Strong entity tag with its quotes. */
  readonly etag: string
}

/**
 * Where the repository's files lie. Names are those under which clients ask for them, and {@link RETIRED}, which is not
 * served. As a whole it is what `DocumentStore` of `@rbee/registry` is for its documents.
 */
export interface MetadataStore {
  get(name: string): Promise<StoredFile | null>
  /** @returns the new tag, or null when `expected` did not hold and nothing was written; a tag of null: nothing exists. */
  put(name: string, body: Uint8Array, expected?: { readonly etag: string | null }): Promise<string | null>
  /** Deleting what does not exist is no error. */
  delete(name: string): Promise<void>
}

/** The list of files that no current metadata names any more. */
export const RETIRED = 'retired.json'
