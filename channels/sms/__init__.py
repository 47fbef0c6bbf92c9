"""Text messages by Aliyun or Tencent Cloud: sending, and what they report later."""
