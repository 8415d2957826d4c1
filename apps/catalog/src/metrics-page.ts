/** Where the server's figures are read from, and by whom. */
export type MetricsPage =
  | {
      /** `open`: by whoever reaches the server; `token`: with an operator token. */
      readonly readers: 'open' | 'token'
      readonly render: () => Promise<{ readonly contentType: string; readonly text: string }>
    }
  | {
      readonly readers: 'off'
      /** Where to find such figures instead, or how to get them. */
      readonly instead: string
    }
