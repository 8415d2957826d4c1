/** How a command uses the network. `fetcher`: a package manager, which checks what it fetches against the project's lock file. */
export type NetworkKind = 'direct' | 'fetcher'
