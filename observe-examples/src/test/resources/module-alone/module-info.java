module worker {
  requires dev.observe;
  requires dev.observe.servlet;
}
