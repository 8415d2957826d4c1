/** What the server's answers depend on, parsed by the entry of the runtime. */
export interface AppSettings {
  /** Address under which clients reach the server, without a slash at the end; null: the address of each request. */
  readonly publicUrl: string | null
  /** Origins whose pages may read the API from a browser. */
  readonly allowedOrigins: readonly string[]
  /** Version of the server. */
  readonly version: string
}
