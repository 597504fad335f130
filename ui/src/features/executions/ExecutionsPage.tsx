export function ExecutionsPage({ search }: { search: { workflow?: string; status?: string; q?: string } }) {
  return <h1>Executions {search.q}</h1>
}
