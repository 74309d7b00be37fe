module worker {
  requires dev.observe;
}
