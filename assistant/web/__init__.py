"""The house's page: a small server inside the hub, plain html, css and js."""
