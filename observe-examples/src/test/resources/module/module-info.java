module shop {
  requires dev.observe;
  requires dev.observe.servlet;
  requires org.apache.tomcat.embed.core;
}
