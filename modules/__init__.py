"""What a company defines: modules, status trees, kinds, who may use a module. Never a record."""
