"""What every HTTP channel shares: visits, routes, pages, checks, the page cache."""
